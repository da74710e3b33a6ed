import { until } from '../../engine/wait';
import { Cinema } from '../cinema';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { breachesAfter, breachesOf } from './lawful';
import { bookingOf, restOf, ticketIssued } from './rest';

let stack: TestStack;
let cinema: Cinema;
let minji: TestClient;
let staff: TestClient;

async function without(service: 'movie' | 'payment' | 'boxoffice'): Promise<void> {
  stack = await startStack({ asShipped: true, without: [service] });
  cinema = await Cinema.open(stack);
  [minji, staff] = await Promise.all([stack.signIn(), stack.signIn({ roles: ['staff'] })]);
}

const ready = async () => {
  const answer = await fetch(`${stack.url}/readyz`);
  const { parts } = (await answer.json()) as { parts: Record<string, { ok: boolean }> };
  return { status: answer.status, parts };
};

describe('the box office is down', () => {
  beforeAll(() => without('boxoffice'));
  afterAll(() => stack.stop());
  let waiting: string;
  let cancelled: string;

  test('seats are booked and cancelled all the same', async () => {
    waiting = await cinema.booked(minji, ['1A']);
    cancelled = await cinema.booked(minji, ['1B']);
    const { status, body } = await minji.post(`/v1/bookings/${cancelled}/cancel`);
    expect([status, body.status]).toEqual([200, 'CANCELLED']);
    expect(await cinema.seat('1B')).toBe('FREE');
    expect(await breachesOf(stack, waiting)).toEqual([]);
  });

  test('a ticket cannot be collected: 503, and the booking stands', async () => {
    const answer = await staff.post(`/v1/bookings/${waiting}/collect`, {}, 'mine');
    expect([answer.status, answer.body.code]).toEqual([503, 'boxoffice-unavailable']);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.ms).toBeLessThan(5_000);
    expect((await minji.get(`/v1/bookings/${waiting}`)).body.ticket.status).toBe('WAITING');
  });

  test('what is left out does not count as missing; what should be there and is not does, by name', async () => {
    const { status, parts } = await ready();
    expect([status, parts['queue boxoffice']]).toEqual([200, undefined]);
    await stack.kill('api');
    await stack.start('api', { HARU_WITHOUT: 'notification' });
    expect(
      await until(
        () =>
          ready().then(
            () => true,
            () => false,
          ),
        { withinMs: 20_000 },
      ),
    ).toBe(true);
    const all = await ready();
    expect(all.status).toBe(503);
    expect(Object.keys(all.parts).filter((part) => !all.parts[part]?.ok)).toEqual(['queue boxoffice']);
  });

  test('it comes back: the ticket is issued by itself, the cancelled one never', async () => {
    await stack.work(['boxoffice']);
    await ticketIssued(stack, waiting);
    expect(await restOf(stack, cancelled)).toBe('CANCELLED');
    expect(await breachesOf(stack, cancelled)).toEqual([]);
    expect(await ready()).toMatchObject({ status: 200, parts: { 'queue boxoffice': { ok: true } } });
  });

  test('what was refused can be had under the same key now', async () => {
    expect(await restOf(stack, waiting)).toBe('RUNNING');
    expect(await breachesOf(stack, waiting)).toEqual([]);
    const { status, body } = await staff.post(`/v1/bookings/${waiting}/collect`, {}, 'mine');
    expect([status, body.status, body.code]).toEqual([200, 'COLLECTED', undefined]);
    expect(await breachesAfter(stack, waiting)).toEqual([]);
  });
});

describe('payment is down', () => {
  beforeAll(() => without('payment'));
  afterAll(() => stack.stop());

  test('a booking is refused and leaves nothing behind, also not when payment comes back', async () => {
    const answer = await cinema.book(minji, ['1A']);
    expect([answer.status, answer.body.code]).toEqual([503, 'payment-unavailable']);
    expect(answer.ms).toBeLessThan(5_000);
    expect(await cinema.seat('1A')).toBe('FREE');

    await stack.work(['payment']);
    const id = await bookingOf(stack, minji.user);
    expect(await restOf(stack, id)).toBe('FAILED');
    expect(await breachesOf(stack, id)).toEqual([]);
    expect(await stack.provider.statementOf(id)).toEqual([]);
    await cinema.booked(minji, ['1A']);
  });
});

describe('movie is down', () => {
  beforeAll(() => without('movie'));
  afterAll(() => stack.stop());

  test('a booking is refused within 5 s and does not happen when movie comes back', async () => {
    const answer = await cinema.book(minji, ['1A']);
    expect([answer.status, answer.body.code]).toEqual([503, 'movie-unavailable']);
    expect(answer.ms).toBeLessThan(5_000);

    await stack.work(['movie']);
    const id = await bookingOf(stack, minji.user);
    expect(await restOf(stack, id)).toBe('FAILED');
    expect(await stack.provider.statementOf(id)).toEqual([]);
    expect(await cinema.seat('1A')).toBe('FREE');
  });

  test('cancel and collect are refused within 5 s, and the booking stands when movie comes back', async () => {
    const [one, other] = [await cinema.booked(minji, ['1A']), await cinema.booked(minji, ['1B'])];
    await Promise.all([ticketIssued(stack, one), ticketIssued(stack, other)]);
    await stack.kill('worker movie');
    const cancel = () => minji.post(`/v1/bookings/${one}/cancel`, {}, 'mine');
    const collect = () => staff.post(`/v1/bookings/${other}/collect`, {}, 'mine');
    for (const answer of await Promise.all([cancel(), collect()])) {
      expect([answer.status, answer.body.code]).toEqual([503, 'movie-unavailable']);
      expect(answer.ms).toBeLessThan(5_000);
    }

    await stack.work(['movie']);
    for (const id of [one, other]) {
      expect(await restOf(stack, id)).toBe('RUNNING');
      expect(await breachesOf(stack, id)).toEqual([]);
    }
    const [cancelled, collected] = await Promise.all([cancel(), collect()]);
    expect([cancelled.body.status, collected.body.status]).toEqual(['CANCELLED', 'COLLECTED']);
  });
});
