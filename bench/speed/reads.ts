import { randomUUID } from 'node:crypto';
import { ask, signIn } from '../../engine/http';
import { freePort } from '../../engine/ports';
import { launchScript } from '../../engine/scripts';
import type { StartedCheckout } from '../../scripts/checkout';
import { Bookings } from '../bookings';
import { lagOf, round } from '../figures';
import { type Act, load } from '../load';
import { type Cost, type Costs, takeTurns } from '../turns';
import { READY } from '../variants/variant';

const READERS = 30;
const WARM_UP_MS = 2_000;
const MS = 4_000;

/** One booking read by 30 customers at once from Haru, and the same bytes from bare Express, in turns. */
export async function compareReads({ env }: StartedCheckout, rounds: number): Promise<Costs> {
  const origin = `http://127.0.0.1:${env.PORT}`;
  const bookings = await Bookings.open(origin);
  const name = `bench-${randomUUID()}`;
  await (
    await bookings.customer(name)
  )();
  const customer = await signIn(origin, name, ['customer']);
  const path = `/v1/bookings/${bookings.latest}`;
  const fromHaru: Act = async () => (await customer.call('GET', path)).status;

  const bytes = JSON.stringify((await customer.call('GET', path)).body);
  const express = await startExpress(bytes);
  const fromExpress: Act = async () => (await ask(express.url)).status;
  try {
    const readers = [
      { name: 'Haru', read: fromHaru },
      { name: 'Express', read: fromExpress },
    ];
    return await takeTurns(readers, rounds, async ({ read }) => ({ [READERS]: await measure(read) }));
  } finally {
    await express.stop();
  }
}

async function measure(read: Act): Promise<Cost> {
  const readers = Array.from({ length: READERS }, () => read);
  const { booked, otherTimes, times } = await load(readers, { warmUpMs: WARM_UP_MS, ms: MS, wanted: 200 });
  const { p50, p99 } = lagOf(times);
  return {
    'reads a second': round((booked * 1_000) / MS),
    'not 200': otherTimes.length,
    'p50, ms': p50,
    'p99, ms': p99,
  };
}

async function startExpress(bytes: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  let listens = (): void => undefined;
  const isListening = new Promise<void>((resolve) => (listens = resolve));
  const args = [String(port), Buffer.from(bytes).toString('base64')];
  const running = await launchScript('bench/variants/express.ts', args, {
    name: 'Express',
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    onLine: (line) => line === READY && listens(),
  });
  await Promise.race([isListening, running.ended]);
  return { url: `http://127.0.0.1:${port}/`, stop: () => running.stop() };
}
