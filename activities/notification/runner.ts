import { setTimeout as sleep } from 'node:timers/promises';
import { Logger as JobLogger, run } from 'graphile-worker';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { urlWith } from '../database';
import { deliveryById, tried } from './deliveries';
import type { Senders } from './senders';
import { Unwanted } from './unwanted';

/**
 * A delivery is tried again after e, e², … e¹⁰ seconds, then every e¹⁰ (6 h): the last of 14 tries is 28 hours after the
 * first. Then it has FAILED, until an operator resends it.
 */
const TRIES = 14;
const AT_ONCE = 20;
/**
 * What is posted is heard of at once. Only for what is due again each of those at once looks, when it has nothing to do: a
 * try may be late by so much.
 */
const LOOK_EVERY_MS = 10_000;
/** A try; the shutdown of the process cuts it shorter. */
const TRY_WITHIN_MS = 15_000;
const FINISH_WITHIN_MS = 3_000;
const AGAIN_AFTER_MS = 1_000;

/** A try ends long before: whoever has held a job for so long has died, and it goes on elsewhere. */
const FREE_STUCK = `
  SELECT notification_jobs.force_unlock_workers(array_agg(DISTINCT locked_by))
  FROM notification_jobs.jobs WHERE locked_at < now() - interval '1 minute'`;
const EVERY_MINUTE = '* * * * * free_stuck';

interface Outbound {
  db: Knex;
  senders: Senders;
}

/**
 * Sends what was posted, until it is stopped; several processes may do so at once. A delivery goes out at least once:
 * again when a process died before it noted that it was sent.
 * @param url of the database that the jobs are in
 */
export function startDelivering(
  url: string,
  outbound: Outbound,
  log: Logger,
): { done: Promise<void>; stop: () => void } {
  const stopping = new AbortController();
  return { done: keepRunning(url, outbound, log, stopping.signal), stop: () => stopping.abort() };
}

async function keepRunning(url: string, outbound: Outbound, log: Logger, stopping: AbortSignal) {
  while (!stopping.aborted) {
    try {
      await outbound.db.raw(FREE_STUCK);
      await runUntil(stopping, url, outbound, log);
    } catch (error) {
      log.warn({ err: error }, 'cannot deliver; tries again');
    }
    await sleep(AGAIN_AFTER_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}

async function runUntil(stopping: AbortSignal, url: string, outbound: Outbound, log: Logger): Promise<void> {
  const runner = await run({
    connectionString: urlWith(url, { name: 'haru deliveries' }),
    schema: 'notification_jobs',
    concurrency: AT_ONCE,
    maxPoolSize: AT_ONCE,
    pollInterval: LOOK_EVERY_MS,
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: FINISH_WITHIN_MS,
    logger: inOurLog(log),
    crontab: EVERY_MINUTE,
    taskList: {
      deliver: async (payload, { job, abortSignal }) => {
        const signal = AbortSignal.any([AbortSignal.timeout(TRY_WITHIN_MS), abortSignal]);
        await deliver(outbound, (payload as { id: string }).id, job.attempts, signal);
      },
      free_stuck: async () => {
        await outbound.db.raw(FREE_STUCK);
      },
    },
  });
  const stop = () => void runner.stop().catch(() => undefined);
  if (stopping.aborted) stop();
  stopping.addEventListener('abort', stop, { once: true });
  await runner.promise.finally(() => stopping.removeEventListener('abort', stop));
}

/** @throws what the try met, if there is to be another */
async function deliver(
  { db, senders }: Outbound,
  id: string,
  tries: number,
  signal: AbortSignal,
): Promise<void> {
  const delivery = await deliveryById(db, id);
  if (delivery?.status !== 'PENDING') return;
  const send = senders[delivery.channel];
  try {
    if (!send) throw new Error(`${delivery.channel} is not set up`);
    await within(signal, send(delivery, signal));
  } catch (error) {
    const last = tries >= TRIES || error instanceof Unwanted;
    await tried(db, id, { status: last ? 'FAILED' : 'PENDING', error: reason(error) });
    if (last) return;
    throw error;
  }
  await tried(db, id, { status: 'SENT' });
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 500);

/** Not all libraries can be told to give up. @throws the signal's reason */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let giveUp: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** A try that fails is in the log of deliveries; here it is a detail. */
const inOurLog = (log: Logger) =>
  new JobLogger(({ jobId, taskIdentifier }) => (level, message) => {
    const grave = ['error', 'warning'].includes(level);
    log[grave && jobId === undefined ? 'warn' : 'debug']({ jobId, task: taskIdentifier }, message);
  });
