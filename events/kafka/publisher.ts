import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Knex } from 'knex';
import { Checkpoint } from '../checkpoint';
import type { Place, Told } from '../event';
import { advanceIn, type Follower, type Went } from '../follow';
import type { Outbox } from '../outbox';
import type { Advance } from '../subscription';
import { ensureTopic, messageOf, topicOf } from './topic';

const EVERY_REPLICA = -1;

/**
 * Publishes a domain's outbox in its order, each event at least once. What is published again, after a crash or by
 * two at once, begins where the checkpoint was: in a partition nothing comes for the first time before what precedes it.
 */
export class Publisher implements Follower {
  readonly sources: readonly string[];
  private readonly checkpoint: Checkpoint;
  private readonly domain: string;
  private producer: Producer | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly partitions: number,
    /** Has the relay's schema. */
    private readonly db: Knex,
    private readonly outbox: Outbox,
  ) {
    this.domain = outbox.name;
    this.sources = [this.domain];
    this.checkpoint = new Checkpoint('relay', { consumer: 'kafka', source: this.domain });
  }

  async register(): Promise<void> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      await ensureTopic(admin, this.domain, this.partitions);
    } finally {
      await admin.disconnect();
    }
    await this.checkpoint.register(this.db);
  }

  /** @throws what Kafka or the database throws: the same events are published again then */
  async advance(): Promise<Went> {
    return advanceIn(this.outbox, { advance: (next) => this.publishNext(next) });
  }

  private async publishNext(next: (after: Place) => Promise<readonly Told[]>): Promise<Advance> {
    return this.db.transaction(async (tx) => {
      const place = await this.checkpoint.lease(tx);
      const events = place ? await next(place) : [];
      const last = events.at(-1);
      if (last === undefined) return { taken: 0 };
      await this.publish(events);
      await this.checkpoint.reached(tx, last.place);
      return { taken: events.length };
    });
  }

  async close(): Promise<void> {
    await this.producer?.disconnect();
    this.producer = undefined;
  }

  private async publish(events: readonly Told[]): Promise<void> {
    const messages = events.map((event) => messageOf(event, this.partitions));
    try {
      this.producer ??= await this.connect();
      const answers = await this.producer.send({
        topic: topicOf(this.domain),
        acks: EVERY_REPLICA,
        messages,
      });
      // The client passes over, without a word, what is for a partition that it has not heard of yet.
      const answered = new Set(answers.map(({ partition }) => partition));
      const missing = messages.find(({ partition }) => !answered.has(partition as number));
      if (missing) throw new Error(`partition ${missing.partition} of ${this.domain} was left out`);
    } catch (error) {
      // Another one asks anew which partitions there are.
      await this.close().catch(() => undefined);
      throw error;
    }
  }

  private async connect(): Promise<Producer> {
    // Not idempotent: that covers one producer's life only, and readers pass over what they have seen anyway.
    const producer = this.kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    await producer.connect();
    return producer;
  }
}
