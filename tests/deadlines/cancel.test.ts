import { CANCEL_UNTIL_MINUTES, refusedCancel } from '../../workflows/movie/policy';
import { CINEMA } from '../test-stack';
import { TimeLapse } from './time-lapse';

const LIMIT = CANCEL_UNTIL_MINUTES * 60_000;

let time: TimeLapse;
beforeAll(async () => {
  time = await TimeLapse.open(CINEMA);
});
afterAll(() => time.close());

test('until 20 minutes before the screening a booking can be cancelled, and its price comes back', async () => {
  const screening = await time.screening();
  const id = await time.booked(screening);
  expect(await time.ticketIssued(id)).toBe(true);

  await time.comes(screening.startsAt, -LIMIT - 5_000);
  expect(await time.client.cancel(id)).toBe('done');
  expect(await time.resultOf(id)).toBe('CANCELLED');
  expect(await time.seatsOf(id)).toEqual(['FREED']);
  expect(await time.breaches(id)).toEqual([]);
});

test('after that it is too late, and the booking stands', async () => {
  const screening = await time.screening();
  const id = await time.booked(screening);
  expect(await time.ticketIssued(id)).toBe(true);

  await time.comes(screening.startsAt, -LIMIT + 1);
  expect(await time.client.cancel(id)).toBe('too-late');
  expect(await time.statusOf(id)).toBe('BOOKED');
  expect(await time.client.collect(id)).toBe('done');
  expect(await time.breaches(id)).toEqual([]);
});

test('the last moment to cancel is 20 minutes before, to the millisecond', () => {
  const startsAt = Date.now();
  expect(refusedCancel('BOOKED', startsAt, startsAt - 20 * 60_000)).toBeUndefined();
  expect(refusedCancel('BOOKED', startsAt, startsAt - 20 * 60_000 + 1)).toBe('too-late');
});
