import fc from 'fast-check';
import { CANCEL_UNTIL_MINUTES, hasSeat, priceOf, refusedCancel, refusedCollect, seatNames } from './policy';

const hall = fc.record({ rows: fc.integer({ min: 1, max: 100 }), columns: fc.integer({ min: 1, max: 26 }) });

test('a hall has exactly the seats of its map, each once', () => {
  fc.assert(
    fc.property(hall, ({ rows, columns }) => {
      const seats = seatNames(rows, columns);
      expect(new Set(seats).size).toBe(rows * columns);
      expect(seats.every((seat) => hasSeat({ rows, columns }, seat))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('nothing else is a seat of the hall', () => {
  fc.assert(
    fc.property(hall, fc.string({ maxLength: 5 }), ({ rows, columns }, name) => {
      expect(hasSeat({ rows, columns }, name)).toBe(seatNames(rows, columns).includes(name));
    }),
    { numRuns: 300 },
  );
});

test('the price is that of so many seats', () => {
  expect(priceOf(['1A', '2B'], 10_000)).toBe(20_000);
});

test('a booking is cancelled until 20 minutes before the screening, to the millisecond', () => {
  const startsAt = Date.UTC(2030, 0, 1, 12);
  const last = startsAt - CANCEL_UNTIL_MINUTES * 60_000;
  expect(CANCEL_UNTIL_MINUTES).toBe(20);
  expect(refusedCancel('BOOKED', startsAt, last)).toBeUndefined();
  expect(refusedCancel('BOOKED', startsAt, last + 1)).toBe('too-late');
});

test('what has been decided is not decided again', () => {
  const now = Date.UTC(2030, 0, 1, 12);
  expect(refusedCancel('COLLECTED', now + 3_600_000, now)).toBe('already-collected');
  expect(refusedCancel('CANCELLED', now + 3_600_000, now)).toBe('already-cancelled');
  expect(refusedCancel('NO_SHOW', now, now)).toBe('no-show');
  expect(refusedCancel('FAILED', now, now)).toBe('conflict');
  expect(refusedCollect('CANCELLED', now + 1, now)).toBe('cancelled');
  expect(refusedCollect('COLLECTED', now + 1, now)).toBe('already-collected');
  expect(refusedCollect('BOOKED', now + 1, now)).toBeUndefined();
  expect(refusedCollect('BOOKED', now, now)).toBe('no-show');
});
