import { connect } from '../../activities/database';
import { pause } from '../../engine/wait';
import { Cinema } from '../cinema';
import { startSystem, type System } from '../system';
import { Cable } from './cable';
import { breachesOf } from './lawful';
import { bookingOf, restOf } from './rest';

const SERVER = process.env.TEST_POSTGRES_URL ?? '';
const ROW = 'ABCDEFGHIJ';

let system: System;
let cable: Cable;
afterEach(async () => {
  await system.stop();
  await cable.cut();
});

/** A database of its own, as `<DOMAIN>_DATABASE_URL` gives a domain. @returns its URL */
async function ownDatabase(name: string): Promise<string> {
  const admin = connect(SERVER, 1);
  await admin.raw(`CREATE DATABASE ${name} TEMPLATE haru_template`).finally(() => admin.destroy());
  return SERVER.replace(/postgres$/, name);
}

test("payment's database is away: a booking is refused and leaves nothing behind", async () => {
  const laid = await Cable.lay(await ownDatabase('haru_payment'));
  cable = laid.cable;
  system = await startSystem({ quiet: true, env: { PAYMENT_DATABASE_URL: laid.through } });
  const [cinema, minji] = await Promise.all([Cinema.open(system), system.customer()]);
  await cinema.booked(await system.customer(), ['1B']);

  await cable.cut();
  const answer = await cinema.book(minji, ['1A']);
  expect([answer.status, answer.body.code]).toEqual([503, 'payment-unavailable']);
  expect(answer.ms).toBeLessThan(5_000);
  expect(await cinema.seat('1A')).toBe('FREE');

  await cable.mend();
  const id = await bookingOf(system, minji.user);
  expect(await restOf(system, id)).toBe('FAILED');
  expect(await breachesOf(system, id)).toEqual([]);
  await cinema.booked(minji, ['1A']);
});

test('the database goes away in the middle of bookings: every answer holds once it is back', async () => {
  const laid = await Cable.lay(SERVER);
  cable = laid.cable;
  // For this system alone: the environment of a test file is its own.
  process.env.TEST_POSTGRES_URL = laid.through;
  system = await startSystem({ quiet: true });
  const cinema = await Cinema.open(system);
  await cinema.booked(await system.customer(), ['2B']);
  const customers = await Promise.all([...ROW].map(() => system.customer()));
  const asked = customers.map(async (customer, i) => {
    await pause(i * 120);
    return cinema.book(customer, [`1${ROW[i]}`]);
  });
  await pause(600);
  await cable.cut();
  await pause(6_000);
  await cable.mend();

  const told: Record<string, number> = {};
  for (const [i, { status, body, ms }] of (await Promise.all(asked)).entries()) {
    const what = `${status} ${body.code ?? ''}`;
    told[what] = (told[what] ?? 0) + 1;
    expect([what, ms]).toEqual([expect.stringMatching(/^(201|503)/), expect.any(Number)]);
    const rows = await system
      .db('movie.bookings')
      .where({ customer: customers[i]?.user })
      .pluck<string[]>('id');
    expect(rows.length).toBe(status === 201 ? 1 : rows.length);
    for (const id of rows) {
      expect([what, await restOf(system, id)]).toEqual([what, status === 201 ? 'RUNNING' : 'FAILED']);
      expect(await breachesOf(system, id)).toEqual([]);
    }
  }
  process.stderr.write(`the database away: ${JSON.stringify(told)}\n`);
  await cinema.booked(await system.customer(), ['2A']);
});
