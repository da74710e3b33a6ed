import { CourseGate } from '../../api/course/gate';
import { configFrom } from '../../config';

const SLOTS = 10;
/** Half of the connections are for courses. */
const gateOf = () =>
  new CourseGate(configFrom({ DATABASE_POOL: String(2 * SLOTS), ANSWER_WITHIN_MS: '500' }));

/** Searches that take until they are released. */
class SlowSearches {
  running = 0;
  release: () => void = () => undefined;
  private readonly over = new Promise<void>((resolve) => (this.release = resolve));

  readonly search = () => {
    this.running++;
    return this.over;
  };
}

test('slow searches of one caller hold up neither the searches of others nor anything else', async () => {
  const gate = gateOf();
  const slow = new SlowSearches();
  const all = Array.from({ length: 3 * SLOTS }, () => gate.search('mallory', slow.search));
  const ended = Promise.allSettled(all);
  expect(await gate.search('minji', () => Promise.resolve('found'))).toBe('found');
  expect(await gate.ask(() => Promise.resolve('read'))).toBe('read');
  expect(slow.running).toBeLessThanOrEqual(2);
  slow.release();
  await ended;
});

test('a search that is given up on keeps its slot until it has ended', async () => {
  const gate = gateOf();
  const slow = new SlowSearches();
  for (let n = 0; n < 2; n++)
    await Promise.allSettled(Array.from({ length: SLOTS }, () => gate.search('mallory', slow.search)));
  expect(slow.running).toBe(2);
  slow.release();
});

test('slow searches of everyone leave room for reading and writing', async () => {
  const gate = gateOf();
  const slow = new SlowSearches();
  const all = Array.from({ length: 3 * SLOTS }, (_, n) => gate.search(`u-${n}`, slow.search));
  const ended = Promise.allSettled(all);
  expect(await gate.ask(() => Promise.resolve('read'))).toBe('read');
  slow.release();
  await ended;
});

test('who has nothing under way is forgotten', async () => {
  const gate = gateOf();
  for (let n = 0; n < 5; n++) await gate.search(`u-${n}`, () => Promise.resolve());
  expect(gate.searching).toBe(0);
});
