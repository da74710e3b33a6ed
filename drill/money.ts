import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config';
import { lastingFindings } from '../invariants';
import { type Finding, inWords } from '../invariants/law';
import { World } from '../invariants/world';
import { ClearError } from '../engine/fail-clearly';
import { ask, originOf } from '../engine/http';
import { type Say, withProgress } from '../engine/progress';
import { pause, until } from '../engine/wait';
import { Bookkeeper, type Thing } from './books';
import { Crowd, inWords as answerInWords, last, type Told } from './crowd';
import { DoomedWorkers } from './doomed-workers';
import { judge } from './judgement';
import type { DrillOptions } from './options';
import { type Act, plan } from './plan';

const CUSTOMERS = { least: 16, most: 200 };
const LATENCY_MS = [0, 60];
/** What moves may look broken for a moment. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 1_000;
const SETTLED_WITHIN_MS = 60_000;
/** When nothing at all gets through for so long, the storm shows nothing any more. */
const STANDSTILL_MS = 60_000;
/** After a refusal a customer takes a breath, twice as long after each further one. */
const BREATH_MS = { first: 150, longest: 5_000 };
/** Before the next worker dies so many charges must have got through, or so much time have passed. */
const BETWEEN_KILLS = { charges: 16, atMostMs: 20_000 };

export interface Drill {
  name: string;
  options: DrillOptions;
  told: Told[];
  /** Sent to the provider, or decided. */
  charged: number;
  stormMs: number;
  kills: number;
  atStormsEnd: { inDoubt: number; unsettled: number };
  /** From the provider's healing on; undefined when it was not over in time. */
  settledMs: number | undefined;
  /** What its answers were judged by. */
  things: Thing[];
  balances: Map<string, number>;
  /** Laws of the whole system that were checked. */
  laws: number;
  /** Everything that must not be, each with the id that it is about. */
  breaches: string[];
}

/** Heals the provider. */
export const heal = async ({ provider }: Config): Promise<void> => {
  await ask(`${provider.url}/faults`, 'DELETE');
};

/**
 * Charges at a provider that loses answers, served by workers that die; then everything heals, settles and is
 * checked to the last KRW. The provider is healed and the workers are stopped however it ends.
 * @param env of the running system, for the workers
 * @param enough ends the storm before its time; what came about until then is judged
 * @throws ClearError when the system does not run, or its provider is not the simulator
 */
export async function moneyDrill(
  config: Config,
  env: NodeJS.ProcessEnv,
  options: DrillOptions,
  say: Say,
  enough?: AbortSignal,
): Promise<Drill> {
  if (config.stripe) throw new ClearError('The drill puts the provider into faults: it needs the simulator.');
  const origin = originOf(config);
  const name = `drill-${options.seed}-${Date.now().toString(36)}`;
  const crowd = new Crowd(origin, name);
  const customers = Math.min(Math.max(Math.round(options.charges / 10), CUSTOMERS.least), CUSTOMERS.most);
  const connection = await reach(origin, config, () => crowd.signIn(customers));
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const bookkeeper = new Bookkeeper(config, client, name);
  const workers = new DoomedWorkers(config, env, connection);
  try {
    if ((await workers.othersServing()) > 0)
      say(
        'Another worker serves payment too, so only part of the steps meet the dying ones: npm start -- --without=payment makes it all of them.',
      );
    await withProgress('Payment workers start', () => workers.start(), say);
    const stormed = await storm(config, options, { crowd, bookkeeper, workers }, say, enough);
    const atStormsEnd = {
      inDoubt: (await bookkeeper.inDoubt()).length,
      unsettled: (await bookkeeper.unsettled()).length,
    };
    await heal(config);
    const { settledMs, left } = await settle(bookkeeper, say);

    const [things, balances, found] = [
      await bookkeeper.things(),
      await crowd.balances(),
      await check(config),
    ];
    const breaches = [
      ...judge(things, stormed.told, balances),
      ...inWords(found),
      ...left,
      ...workers.collapses.map((tail) => `a payment worker ended: ${tail}`),
    ];
    if (stormed.charged < options.charges && !enough?.aborted)
      breaches.push(`only ${stormed.charged} of ${options.charges} charges came about`);
    const { kills } = workers;
    const laws = found.length;
    return { name, options, ...stormed, kills, atStormsEnd, settledMs, things, balances, laws, breaches };
  } finally {
    await heal(config).catch((error: unknown) => say(`The provider could not be healed: ${String(error)}`));
    await workers.stop();
    await Promise.all([bookkeeper.close(), connection.close()]);
  }
}

/** Checks every law over the whole system. */
async function check(config: Config): Promise<Finding[]> {
  const world = await World.open(config);
  try {
    return await lastingFindings(world, LOOKS, () => pause(BETWEEN_LOOKS_MS));
  } finally {
    await world.close();
  }
}

async function reach(origin: string, config: Config, signIn: () => Promise<void>): Promise<Connection> {
  try {
    await ask(`${config.provider.url}/faults`);
    await signIn();
    return await Connection.connect({ address: config.temporal.address });
  } catch (error) {
    throw new ClearError(
      `No answer from ${origin}, ${config.provider.url} or ${config.temporal.address}: start the system with npm start first (${String(error)}).`,
    );
  }
}

interface Actors {
  crowd: Crowd;
  bookkeeper: Bookkeeper;
  workers: DoomedWorkers;
}

/** Until as many charges as wanted have come about, or nothing gets through any more. */
async function storm(
  { provider }: Config,
  { charges, unknown, seed, killEveryMs, atOnce }: DrillOptions,
  { crowd, bookkeeper, workers }: Actors,
  say: Say,
  enough?: AbortSignal,
): Promise<Pick<Drill, 'told' | 'charged' | 'stormMs'>> {
  const faults = { lostRate: unknown / 2, errorAfterRate: unknown / 2, latencyMs: LATENCY_MS };
  const { status, body } = await ask(`${provider.url}/faults`, 'PUT', faults);
  if (status !== 200) throw new Error(`PUT /faults answered ${status}: ${JSON.stringify(body)}`);

  const began = performance.now();
  const told: Told[] = [];
  const acts = plan(seed, crowd.size);
  const over = new AbortController();
  const end = () => {
    over.abort();
  };
  if (enough?.aborted) end();
  enough?.addEventListener('abort', end);
  let charged = 0;
  const watch = async () => {
    for (let moved = performance.now(); !over.signal.aborted;) {
      const now = await bookkeeper.charged();
      if (now > charged) moved = performance.now();
      charged = now;
      // Without a kill it would have shown nothing.
      const done = charged >= charges && workers.kills > 0;
      if (done || performance.now() - moved > STANDSTILL_MS) end();
      await pause(500);
    }
  };
  const killNowAndThen = async () => {
    for (let before = 0; ; before = charged) {
      await workers.allServing(over.signal);
      await until(() => over.signal.aborted, { withinMs: killEveryMs });
      const shown = () => over.signal.aborted || charged >= before + BETWEEN_KILLS.charges;
      await until(shown, { withinMs: BETWEEN_KILLS.atMostMs });
      if (over.signal.aborted) return;
      workers.kill();
    }
  };
  const state = () => `Storm: ${charged}/${charges} charges, ${words(told)}, ${workers.kills} kills`;
  const parts = [
    watch(),
    killNowAndThen(),
    ...Array.from({ length: atOnce }, () => clerk(crowd, acts, told, over.signal)),
  ];
  // One part that fails ends the others too, before anything is healed or closed.
  for (const part of parts) part.catch(end);
  await withProgress(state, () => Promise.allSettled(parts), say);
  await Promise.all(parts);
  return { told, charged: await bookkeeper.charged(), stormMs: performance.now() - began };
}

/** Serves one customer after the other; the next act is whoever's turn it is. */
async function clerk(
  crowd: Crowd,
  acts: Iterator<Act, never>,
  told: Told[],
  over: AbortSignal,
): Promise<void> {
  for (let refused = 0; !over.aborted;) {
    const one = await crowd.live(acts.next().value);
    told.push(one);
    refused = last(one).status === 503 ? refused + 1 : 0;
    if (refused === 0) continue;
    await pause(Math.random() * Math.min(BREATH_MS.first * 2 ** refused, BREATH_MS.longest));
  }
}

/** @returns how long it took, and what was left when the time was up */
async function settle(
  bookkeeper: Bookkeeper,
  say: Say,
): Promise<{ settledMs: number | undefined; left: string[] }> {
  const began = performance.now();
  let left: string[] = [];
  const settled = async () => {
    const sagas = await bookkeeper.openSagas();
    left = [
      ...(await bookkeeper.inDoubt()).map((key) => `${key}: in doubt`),
      ...(await bookkeeper.unsettled()).map((id) => `${id}: unsettled`),
      ...(sagas > 0 ? [`${sagas} sagas have not ended`] : []),
    ];
    return left.length === 0;
  };
  const look = () => until(settled, { withinMs: SETTLED_WITHIN_MS, everyMs: 500 });
  const inTime = await withProgress(() => `The provider is healed; ${left.length} left to settle`, look, say);
  return { settledMs: inTime ? performance.now() - began : undefined, left };
}

/** How often which answer was given, the most frequent first. */
export function answers(told: readonly Told[]): [answer: string, times: number][] {
  const counted = new Map<string, number>();
  for (const { heard } of told)
    for (const one of heard) counted.set(answerInWords(one), (counted.get(answerInWords(one)) ?? 0) + 1);
  return [...counted].sort(([, one], [, other]) => other - one);
}

const words = (told: readonly Told[]) =>
  answers(told)
    .map(([answer, times]) => `${times} × ${answer}`)
    .join(', ');
