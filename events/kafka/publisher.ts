import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Knex } from 'knex';
import { Checkpoint } from '../checkpoint';
import type { Place, Told } from '../event';
import type { Follower } from '../follow';
import type { Advance } from '../subscription';
import { ensureTopic, messageOf, topicOf } from './topic';

const EVERY_REPLICA = -1;

/**
 * Publishes a domain's outbox in its order, each event at least once. What is published again, after a crash or by
 * two at once, begins where the checkpoint was: in a partition nothing comes for the first time before what precedes it.
 */
export class Publisher implements Follower {
  private readonly checkpoint: Checkpoint;
  private readonly producer: Producer;

  constructor(
    private readonly kafka: Kafka,
    private readonly partitions: number,
    /** Has the relay's schema. */
    private readonly db: Knex,
    private readonly domain: string,
  ) {
    this.checkpoint = new Checkpoint('relay', { consumer: 'kafka', source: domain });
    // Not idempotent: that covers one producer's life only, and readers pass over what they have seen anyway.
    this.producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
  }

  async register(): Promise<void> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      await ensureTopic(admin, this.domain, this.partitions);
    } finally {
      await admin.disconnect();
    }
    await this.producer.connect();
    await this.checkpoint.register(this.db);
  }

  /** @throws what Kafka or the database throws: the same events are published again then */
  async advance(next: (after: Place) => Promise<readonly Told[]>): Promise<Advance> {
    return this.db.transaction(async (tx) => {
      const place = await this.checkpoint.lease(tx);
      const events = place ? await next(place) : [];
      const last = events.at(-1);
      if (last === undefined) return { taken: 0 };
      await this.producer.send({
        topic: topicOf(this.domain),
        acks: EVERY_REPLICA,
        messages: events.map((event) => messageOf(event, this.partitions)),
      });
      await this.checkpoint.reached(tx, last.place);
      return { taken: events.length };
    });
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }
}
