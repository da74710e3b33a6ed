import { Producer, ProduceAcks, stringSerializers } from '@platformatic/kafka';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { Checkpoint } from '../checkpoint';
import type { Told } from '../event';
import type { Follower, Look, Source } from '../follow';
import { BATCH } from '../outbox';
import { clientOptions, type KafkaSettings, toleratingLateErrors, withAdmin } from './client';
import { checkPartitions, ensureTopic, messageOf, topicOf } from './topic';

type TextProducer = Producer<string, string, string, string>;

/**
 * Publishes a domain's outbox in its order, each event at least once. What is published again, after a crash or by
 * two at once, begins where the checkpoint was: in a partition nothing comes for the first time before what precedes it.
 */
export class Publisher implements Follower {
  readonly url: string;
  readonly sources: readonly string[];
  private readonly checkpoint: Checkpoint;
  private readonly domain: string;
  private producer: TextProducer | undefined;

  constructor(
    private readonly settings: KafkaSettings,
    /** Has the relay's schema. */
    private readonly db: Knex,
    private readonly source: Source,
    readonly log: Logger,
    /** Aborts what is asked of Kafka. */
    private readonly late?: AbortSignal,
  ) {
    late?.addEventListener('abort', () => void this.close().catch(() => undefined));
    this.domain = source.outbox.name;
    this.url = source.url;
    this.sources = [this.domain];
    this.checkpoint = new Checkpoint('relay', { consumer: 'kafka', source: this.domain });
  }

  async register(): Promise<void> {
    const { partitions } = this.settings;
    await withAdmin(this.settings, (admin) => ensureTopic(admin, this.domain, partitions), this.late);
    await this.checkpoint.register(this.db);
  }

  /** @throws what Kafka or the database throws: the same events are published again then */
  async look(): Promise<Look> {
    return this.db.transaction(async (tx) => {
      const place = await this.checkpoint.lease(tx);
      if (!place) return { found: false, more: false };
      const { events, unsettled } = await this.source.outbox.after(place, BATCH);
      const last = events.at(-1);
      if (last === undefined) return { found: unsettled, more: false };
      await this.publish(events);
      await this.checkpoint.reached(tx, last.place);
      return { found: true, more: events.length === BATCH };
    });
  }

  async close(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    await producer?.close(true);
  }

  private async publish(events: readonly Told[]): Promise<void> {
    const { partitions } = this.settings;
    const topic = topicOf(this.domain);
    const messages = events.map((event) => messageOf(this.domain, event, partitions));
    try {
      const producer = (this.producer ??= this.open());
      // For a partition that the client does not know of it silently takes another one.
      const { topics } = await producer.metadata({ topics: [topic] });
      checkPartitions(topic, topics.get(topic)?.partitionsCount, partitions);
      const { offsets = [] } = await producer.send({ messages, acks: ProduceAcks.ALL });
      const answered = new Set(offsets.map(({ partition }) => partition));
      const missing = messages.find(({ partition }) => !answered.has(partition as number));
      if (missing) throw new Error(`partition ${missing.partition} of ${this.domain} was left out`);
    } catch (error) {
      // Another one asks anew which partitions there are.
      await this.close().catch(() => undefined);
      throw error;
    }
  }

  private open(): TextProducer {
    // Not idempotent: that covers one producer's life only, and readers pass over what they have seen anyway.
    const options = { ...clientOptions(this.settings), serializers: stringSerializers };
    return toleratingLateErrors(new Producer(options));
  }
}
