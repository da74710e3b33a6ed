import { CINEMA } from '../test-stack';
import { TimeLapse } from './time-lapse';

const DAY = 86_400_000;

let time: TimeLapse;
beforeAll(async () => {
  time = await TimeLapse.open(CINEMA);
});
afterAll(() => time.close());

test('a ticket that nobody collects is a no-show: the seats stay sold, the money stays with us', async () => {
  const id = await time.booked(await time.screening());
  expect(await time.ticketIssued(id)).toBe(true);

  expect(await time.resultOf(id)).toBe('NO_SHOW');
  expect(await time.statusOf(id)).toBe('NO_SHOW');
  expect(await time.seatsOf(id)).toEqual(['SOLD']);
  expect(await time.breaches(id)).toEqual([]);
  // The workflow has ended: the API answers from the booking, by refusedCollect and refusedCancel.
  expect(await time.client.collect(id)).toBe('undecided');
  expect(await time.client.cancel(id)).toBe('undecided');
});

test('a ticket can be collected until the end of the screening', async () => {
  const screening = await time.screening();
  const id = await time.booked(screening);
  expect(await time.ticketIssued(id)).toBe(true);

  await time.comes(screening.endsAt, -10_000);
  expect(await time.client.collect(id)).toBe('done');
  expect(await time.resultOf(id)).toBe('COLLECTED');
  expect(await time.breaches(id)).toEqual([]);
});

test('asked for at the end, before anyone took note of the no-show, a ticket is refused as a no-show', async () => {
  const screening = await time.screening();
  const id = await time.booked(screening);
  expect(await time.ticketIssued(id)).toBe(true);

  await time.rest('movie');
  await time.comes(screening.endsAt, 1);
  const asked = time.client.collect(id, DAY);
  await time.serve('movie');

  expect(await asked).toBe('no-show');
  expect(await time.resultOf(id)).toBe('NO_SHOW');
  expect(await time.breaches(id)).toEqual([]);
});

test('a booking made 30 days ahead waits for them with a short history, and ends', async () => {
  const id = await time.booked(await time.screening({ startsInMs: 30 * DAY }));
  expect(await time.ticketIssued(id)).toBe(true);
  await time.passes(DAY);
  const standing = await time.events(id);

  await time.passes(29 * DAY);
  expect(await time.statusOf(id)).toBe('BOOKED');
  expect(await time.events(id)).toBe(standing);

  expect(await time.resultOf(id)).toBe('NO_SHOW');
  expect(await time.events(id)).toBeLessThanOrEqual(30);
  expect(await time.breaches(id)).toEqual([]);
});
