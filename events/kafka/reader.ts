import { type Consumer as Group, type EachBatchPayload, type Kafka, KafkaJSError } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isAfter, type Place, type Told } from '../event';
import { partSource } from '../partition';
import { type Consumer, Subscription } from '../subscription';
import type { KafkaSettings } from './client';
import { divide } from './divide';
import { committedBeyond, nextOffset, written } from './offsets';
import { domainOf, ensureTopic, toldIn, topicOf } from './topic';

const BATCH = 200;
/** Kafka's word for it. */
const EARLIEST = '-2';
/** Also how long a partition that was let rest may have to wait for its turn. */
const FETCH_MS = 250;
const AGAIN_MS = 500;
/** A partition that the group has not heard of yet is read after so long at most. */
const LOOK_AROUND_MS = 30_000;
const FAILED_MS = { first: 100, most: 5_000 };

/** One consumer, by a consumer group of its name: the broker says which partitions are whose, the checkpoints what is next. */
export class Reader {
  private readonly failures = new Map<string, number>();

  constructor(
    private readonly kafka: Kafka,
    private readonly consumer: Consumer,
    private readonly settings: KafkaSettings,
    private readonly log: Logger,
  ) {}

  /** Reads until it is stopped, for as long as that takes. */
  async read(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const group = this.kafka.consumer({
        groupId: this.consumer.name,
        sessionTimeout: this.settings.sessionMs,
        heartbeatInterval: Math.ceil(this.settings.sessionMs / 4),
        rebalanceTimeout: this.settings.sessionMs,
        maxWaitTimeInMs: FETCH_MS,
        metadataMaxAge: LOOK_AROUND_MS,
        allowAutoTopicCreation: false,
        // Whatever ends it, it begins again below.
        retry: { restartOnFailure: () => Promise.resolve(false) },
      });
      try {
        await this.prepare();
        await this.run(group, stopping);
      } catch (error) {
        this.log.warn({ err: error }, 'could not go on; tries again');
      }
      await group.disconnect().catch(() => undefined);
      await sleep(AGAIN_MS, undefined, { signal: stopping }).catch(() => undefined);
    }
  }

  private async prepare(): Promise<void> {
    const { partitions } = this.settings;
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      for (const domain of this.consumer.sources) {
        await ensureTopic(admin, domain, partitions);
        await divide(this.consumer, domain, partitions);
      }
    } finally {
      await admin.disconnect();
    }
  }

  /** @throws what made the group give up */
  private async run(group: Group, stopping: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const over = new Promise<void>((resolve, reject) => {
      group.on(group.events.CRASH, ({ payload }) => reject(payload.error));
      stopping.addEventListener('abort', () => resolve(), { signal: ended.signal });
    });
    over.catch(() => undefined);
    try {
      await group.connect();
      await group.subscribe({ topics: this.consumer.sources.map(topicOf), fromBeginning: true });
      const beyond = await committedBeyond(this.kafka, this.consumer);
      await group.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => this.take(group, payload),
      });
      for (const part of beyond) group.seek({ ...part, offset: EARLIEST });
      if (!stopping.aborted) await over;
    } finally {
      ended.abort();
    }
  }

  private async take(group: Group, payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const source = partSource(domainOf(topic), partition);
    const subscription = new Subscription(this.consumer, source);
    for (let from = 0; from < messages.length && payload.isRunning() && !payload.isStale(); from += BATCH) {
      const some = messages.slice(from, from + BATCH);
      let place: Place;
      try {
        place = await takeNew(subscription, some.map(toldIn));
        this.failures.delete(source);
      } catch (error) {
        if (error instanceof KafkaJSError) throw error;
        this.rest(payload, source, error);
        return;
      }
      const { offset } = some.at(-1) as (typeof some)[number];
      payload.resolveOffset(offset);
      await payload.heartbeat();
      await group.commitOffsets([{ topic, partition, offset: nextOffset(offset), metadata: written(place) }]);
    }
  }

  /** What was not taken comes again, after a rest that grows; the other partitions go on. */
  private rest(payload: EachBatchPayload, source: string, error: unknown): void {
    const failures = (this.failures.get(source) ?? 0) + 1;
    this.failures.set(source, failures);
    this.log.warn({ err: error, failures, source }, 'could not go on; tries again');
    setTimeout(payload.pause(), Math.min(FAILED_MS.first * 2 ** (failures - 1), FAILED_MS.most)).unref();
  }
}

/**
 * Takes what has not been taken before.
 * @returns the place that has been reached
 * @throws what the consumer or the database throws, or when another process is at it
 */
async function takeNew(subscription: Subscription, events: readonly Told[]): Promise<Place> {
  let reached: Place | undefined;
  const { failed } = await subscription.advance((after) => {
    reached = after;
    const fresh: Told[] = [];
    for (const event of events) {
      if (!isAfter(event.place, reached)) continue;
      fresh.push(event);
      reached = event.place;
    }
    return Promise.resolve(fresh);
  });
  if (failed !== undefined) throw failed;
  if (reached === undefined) throw new Error(`another process is at ${subscription.source}`);
  return reached;
}
