import { seatNames } from '../../workflows/movie/policy';
import type { Api } from '../endpoint';
import type { Offered, People } from '../examples';

const MINUTE_MS = 60_000;
/** Time enough to read the page and send the example. */
const SOON_MS = 30 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** The example of a screening is in a hall of its own, after what is on there. */
const HALL = '특별관';
const LASTS_MS = 120 * MINUTE_MS;

/** A seat that is free, a screening of which nothing is sold, a time at which the hall is free, a booking. */
export async function offers({ deps: { movieReads } }: Api, people: People | undefined): Promise<Offered> {
  const now = Date.now();
  const from = new Date(now + SOON_MS).toISOString();
  const screenings = (await movieReads.screenings({ from, limit: 200 })) ?? [];
  const open = screenings.find(({ rows, columns, taken }) => taken < rows * columns);
  const unsold = screenings.findLast(({ id, taken }) => taken === 0 && id !== open?.id);
  const inHall = screenings.filter(({ hall }) => hall === HALL).map(({ endsAt }) => endsAt.getTime());
  const startsAt = Math.max(Math.ceil((now + DAY_MS) / MINUTE_MS) * MINUTE_MS, ...inHall);
  const held = open && (await movieReads.seats(open.id));
  const seat =
    held && seatNames(held.screening.rows, held.screening.columns).find((one) => !held.taken.has(one));
  const theirs =
    people && (await movieReads.bookings({ customer: people.customer, status: 'BOOKED' }, { limit: 20 }));
  const bookings = theirs?.filter(({ startsAt }) => startsAt.getTime() > now + SOON_MS);
  return {
    scr: open?.id,
    seat: seat ?? '1A',
    'scr deleteScreening': unsold?.id,
    hall: HALL,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + LASTS_MS).toISOString(),
    bkg: bookings?.[0]?.id,
    pay: bookings?.[0]?.paymentId ?? undefined,
    'bkg collectBooking': bookings?.find(({ ticket }) => ticket === 'ISSUED')?.id,
  };
}
