import { TimeLapse } from './time-lapse';

const DAY = 86_400_000;

let time: TimeLapse;
beforeEach(async () => {
  time = await TimeLapse.open(['movie', 'payment']);
});
afterEach(() => time.close());

test('a box office that comes up days later issues the ticket, which can then be collected', async () => {
  const id = await time.booked(await time.screening({ startsInMs: 7 * DAY }));
  await time.passesWithout('boxoffice', 3 * DAY);
  expect(await time.statusOf(id)).toBe('BOOKED');

  await time.serve('boxoffice');
  expect(await time.ticketIssued(id)).toBe(true);
  expect(await time.client.collect(id)).toBe('done');
  expect(await time.resultOf(id)).toBe('COLLECTED');
  expect(await time.breaches(id)).toEqual([]);
});

test('while the box office is down nothing is collected, and nobody waits for long', async () => {
  const screening = await time.screening();
  const id = await time.booked(screening);
  expect(await time.client.collect(id)).toBe('boxoffice-unavailable');
  expect(await time.statusOf(id)).toBe('BOOKED');
});

test('a booking whose box office never comes up ends as a no-show', async () => {
  const id = await time.booked(await time.screening());
  await time.passesWithout('boxoffice', DAY);
  expect(await time.resultOf(id)).toBe('NO_SHOW');
  expect(await time.breaches(id)).toEqual([]);
});

test('a booking can be cancelled while the box office is down, and is over when it is back', async () => {
  const id = await time.booked(await time.screening());
  expect(await time.client.cancel(id)).toBe('done');
  expect(await time.seatsOf(id)).toEqual(['FREED']);

  await time.serve('boxoffice');
  expect(await time.resultOf(id)).toBe('CANCELLED');
  expect(await time.breaches(id)).toEqual([]);
});
