import type { Api } from './http';

export interface Screening {
  id: string;
  movieName: string;
  hall: string;
  startsAt: string;
  price: number;
  seatsFree: number;
}

interface Page {
  data: Screening[];
  nextCursor: string | null;
}

/** All screenings that can still be booked, the next one first. */
export async function upcomingScreenings(api: Api): Promise<Screening[]> {
  const all: Screening[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await api.call<Page>('GET', `/v1/screenings?limit=100${query}`);
    if (status !== 200) throw new Error(`GET /v1/screenings answered ${status}: ${JSON.stringify(body)}`);
    all.push(...body.data);
    cursor = body.nextCursor;
  }
  const soon = Date.now() + 10 * 60_000;
  return all
    .filter(({ startsAt }) => Date.parse(startsAt) > soon)
    .sort((one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt));
}

/** @returns names of seats that nobody has, at most as many as asked for */
export async function freeSeats(api: Api, screeningId: string, howMany: number): Promise<string[]> {
  const { body } = await api.call<{ seats: { seat: string; status: string }[] }>(
    'GET',
    `/v1/screenings/${screeningId}`,
  );
  return body.seats
    .filter(({ status }) => status === 'FREE')
    .slice(0, howMany)
    .map(({ seat }) => seat);
}
