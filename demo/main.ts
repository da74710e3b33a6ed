import { ClearError } from '../engine/fail-clearly';
import { config } from '../config';
import { ask, originOf, signIn, type Api } from '../engine/http';
import { freeSeats, upcomingScreenings, type Screening } from '../engine/screenings';
import { orderAMeal } from './meal';
import { rideABike } from './rental';
import { expectThat, tell, won } from './telling';
import { until } from '../engine/wait';

// The breaker lets a probe through after its rest; then some for the way.
const HEALED_WITHIN_MS = config.breaker.probeAfterMs + 10_000;

const origin = originOf(config);
const provider = config.provider.url;

interface Booking {
  id: string;
  status: string;
  seats: string[];
  totalPrice: number;
  refund?: { amount: number; status: string };
}

interface Problem {
  code: string;
  detail: string;
}

interface Line {
  kind: 'capture' | 'refund';
  amount: number;
  key: string;
}

async function main(): Promise<void> {
  if (config.stripe) throw new ClearError('The demo takes the provider down: it needs the simulator.');
  const minji = await signIn(origin, 'minji', ['customer']).catch((error: unknown) => {
    throw new ClearError(
      `No answer from ${origin}: start the system with npm start first (${String(error)}).`,
    );
  });
  const { screening, seat, other } = await choose(minji);

  const booking = await book(minji, screening, seat);
  await showProgress(minji, booking);
  await suffer(minji, screening, other);
  await heal(minji, screening, other);
  await giveBack(minji, booking);
  await rideABike(minji);
  await orderAMeal(minji, await signIn(origin, 'dana', ['courier']));
  tell('Everything went as told.');
}

async function choose(minji: Api): Promise<{ screening: Screening; seat: string; other: string }> {
  for (const screening of await upcomingScreenings(minji)) {
    const [seat, other] = await freeSeats(minji, screening.id, 2);
    if (seat === undefined || other === undefined) continue;
    tell(
      `minji looks at the programme and picks ${screening.movieName} in ${screening.hall}, ${screening.startsAt},`,
      `${won.format(screening.price)} a seat, ${screening.seatsFree} seats free.`,
    );
    return { screening, seat, other };
  }
  throw new ClearError(
    'There is no screening with two free seats: npm start adds some when there are none to come.',
  );
}

async function book(minji: Api, screening: Screening, seat: string): Promise<Booking> {
  const { status, body } = await tryToBook<Booking>(minji, screening, seat);
  expectThat(
    status === 201 && body.status === 'BOOKED',
    `booking seat ${seat} answers 201 BOOKED`,
    status,
    body,
  );
  tell(
    `She books seat ${seat}: ${body.status}, ${won.format(body.totalPrice)} taken from her card.`,
    `The booking is ${body.id}; the workflow behind it has the same id (see the Temporal Web UI).`,
  );
  return body;
}

async function showProgress(minji: Api, { id }: Booking): Promise<void> {
  const steps = () =>
    minji.call<{ steps?: { name: string; state: string }[] }>('GET', `/v1/bookings/${id}/progress`);
  // The ticket is printed after the answer.
  await until(async () => !(await steps()).body.steps?.some(({ state }) => state === 'RUNNING'), {
    withinMs: 3_000,
  });
  const { status, body } = await steps();
  expectThat(status === 200 && body.steps !== undefined, 'the progress lists steps', status, body);
  tell(
    'What the saga has done so far:',
    ...(body.steps ?? []).map(({ name, state }) => `  ${state.padEnd(8)} ${name}`),
  );
}

async function suffer(minji: Api, screening: Screening, seat: string): Promise<void> {
  await ask(`${provider}/faults`, 'PUT', { down: true });
  tell(`Now the payment provider goes down, and minji tries to book seat ${seat} as well.`);
  const began = performance.now();
  const { status, body } = await tryToBook<Problem>(minji, screening, seat);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  expectThat(status === 503, 'booking during the outage answers 503', status, body);
  tell(`She is told so after ${seconds} s: 503 ${body.code} — "${body.detail}"`);

  const free = await until(() => isFree(minji, screening.id, seat), { withinMs: 10_000, everyMs: 250 });
  expectThat(free, `seat ${seat} is free again`, status, body);
  tell(`The saga has undone itself: seat ${seat} is free again, and nothing is owed.`);
}

async function heal(minji: Api, screening: Screening, seat: string): Promise<void> {
  await ask(`${provider}/faults`, 'DELETE');
  tell('The provider is back. She tries again until the circuit breaker has noticed.');
  let last: { status: number; body: Booking } | undefined;
  await until(async () => (last = await tryToBook<Booking>(minji, screening, seat)).status !== 503, {
    withinMs: HEALED_WITHIN_MS,
    everyMs: 1_000,
  });
  expectThat(last?.status === 201, `booking seat ${seat} works again`, last?.status, last?.body);
  tell(`Seat ${seat} is hers: ${last?.body.id}.`);
}

async function giveBack(minji: Api, booking: Booking): Promise<void> {
  const { status, body } = await minji.call<Booking>('POST', `/v1/bookings/${booking.id}/cancel`);
  const refund = body.refund;
  expectThat(
    status === 200 && refund?.status === 'REFUNDED',
    'cancelling answers 200 with the refund',
    status,
    body,
  );
  tell(`She cancels her first booking: ${body.status}, ${won.format(refund?.amount ?? 0)} given back.`);

  // Every payment's key at the provider begins with the id of what it pays for.
  const lines = (await statement()).filter(({ key }) => key.startsWith(`${booking.id}/`));
  const net = lines.reduce((sum, { kind, amount }) => sum + (kind === 'capture' ? amount : -amount), 0);
  expectThat(lines.length >= 2 && net === 0, 'the provider statement nets to 0', status, lines);
  tell(
    "The provider's own statement says the same of it:",
    ...lines.map(({ kind, amount }) => `  ${kind.padEnd(8)} ${won.format(amount)}`),
    `  together ${won.format(net)}`,
  );
}

const tryToBook = <T>(minji: Api, { id }: Screening, seat: string) =>
  minji.call<T>('POST', '/v1/bookings', {
    screeningId: id,
    seats: [seat],
    payment: { method: 'card', token: 'tok_ok' },
  });

async function isFree(minji: Api, screeningId: string, seat: string): Promise<boolean> {
  const { body } = await minji.call<{ seats: { seat: string; status: string }[] }>(
    'GET',
    `/v1/screenings/${screeningId}`,
  );
  return body.seats.some((each) => each.seat === seat && each.status === 'FREE');
}

async function statement(): Promise<Line[]> {
  const lines: Line[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const { body } = await ask<{ data: Line[]; nextCursor: string | null }>(`${provider}/statement${query}`);
    lines.push(...body.data);
    cursor = body.nextCursor;
  }
  return lines;
}

main().catch(async (error: unknown) => {
  // Whatever went wrong, the provider is not left switched off.
  await ask(`${provider}/faults`, 'DELETE').catch(() => undefined);
  console.error(error instanceof ClearError ? error.message : error);
  process.exitCode = 1;
});
