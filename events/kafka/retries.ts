import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Consumer, Subscription } from '../subscription';

const LOOK_EVERY_MS = 1_000;

/** Takes the parked events that an operator wants tried again, also when nothing new comes, until it is stopped. */
export async function retryWhenAsked(consumer: Consumer, log: Logger, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      for (const source of await asked(consumer))
        await new Subscription(consumer, source).advance(() => Promise.resolve([]));
    } catch (error) {
      log.warn({ err: error }, 'could not retry what is parked; tries again');
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}

async function asked({ db, schema, name }: Consumer): Promise<string[]> {
  return db(`${schema}.parked_events`)
    .where({ consumer: name, retry: true })
    .distinct()
    .pluck<string[]>('source');
}
