import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '../../config';
import { freePort } from '../free-port';
import { resolveTemporal, startTemporal, type TemporalServer } from '../../engine/temporal';
import { pause } from '../../engine/wait';
import { Cinema } from '../cinema';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { restOf, statusOf } from './rest';

const ROW = 'ABCDEFGHIJ';

let folder: string;
let stack: TestStack;
let temporal: TemporalServer;
let start: () => Promise<TemporalServer>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haru-temporal-'));
  const binary = await resolveTemporal({ cache: config.cache, say: () => undefined });
  const port = await freePort();
  start = () => startTemporal({ binary, port, dbFile: join(folder, 'temporal.db') });
  temporal = await start();
  stack = await startStack({
    only: CINEMA,
    quiet: true,
    env: { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'default' },
  });
});
afterAll(async () => {
  await stack.stop();
  await temporal.stop();
  await rm(folder, { recursive: true, force: true });
});

test('Temporal killed in the middle of bookings: every answer holds once it is back', async () => {
  const cinema = await Cinema.open(stack);
  await cinema.booked(await stack.signIn(), ['2B']);
  const customers = await Promise.all([...ROW].map(() => stack.signIn()));
  const asked = customers.map(async (customer, i) => {
    await pause(i * 120);
    return cinema.book(customer, [`1${ROW[i]}`]);
  });
  await pause(600);
  temporal.kill();
  await temporal.ended;
  const refused = await cinema.book(await stack.signIn(), ['3A']);
  expect([refused.status, refused.body.code]).toEqual([503, 'movie-unavailable']);
  expect(refused.ms).toBeLessThan(5_000);
  expect(await cinema.seat('3A')).toBe('FREE');
  temporal = await start();

  const told: Record<string, number> = {};
  const answers = await Promise.all(asked);
  expect(await stack.breaches(60_000)).toEqual([]);
  for (const [i, { status, ms }] of answers.entries()) {
    told[status] = (told[status] ?? 0) + 1;
    expect([201, 503]).toContain(status);
    expect(ms).toBeLessThan(5_000);
    const rows = await stack
      .db('movie.bookings')
      .where({ customer: customers[i]?.user })
      .pluck<string[]>('id');
    for (const id of rows) {
      const end = await statusOf(stack, id);
      expect([status, end]).toEqual([status, status === 201 ? 'BOOKED' : 'FAILED']);
      if (end === 'BOOKED') expect(await restOf(stack, id)).toBe('RUNNING');
    }
  }
  process.stderr.write(`Temporal away: ${JSON.stringify(told)}\n`);
  await cinema.booked(await stack.signIn(), ['3A']);
});
