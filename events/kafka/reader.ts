import type { Admin } from '@platformatic/kafka';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isAfter, type Place, type Told } from '../event';
import { domainIn } from '../partition';
import { type Consumer, Subscription } from '../subscription';
import { type KafkaSettings, withAdmin } from './client';
import { divide } from './divide';
import { Member } from './member';
import type { Message } from './message';
import type { Newest } from './newest';
import { Reading } from './reading';
import { setAside, sift } from './set-aside';
import { ensureTopic, topicOf } from './topic';

const AGAIN_MS = 500;

/** One consumer, by a consumer group of its name: the broker says which partitions are whose, the checkpoints what is next. */
export class Reader {
  private readonly domains: readonly string[];

  constructor(
    private readonly settings: KafkaSettings,
    private readonly consumer: Consumer,
    /** By domain; what is not in there is not followed. */
    private readonly newest: ReadonlyMap<string, Newest>,
    private readonly log: Logger,
  ) {
    this.domains = consumer.sources.filter((domain) => newest.has(domain));
  }

  /** Reads until it is stopped, for as long as that takes. @param late aborts what is asked of Kafka then */
  async read(stopping: AbortSignal, late: AbortSignal): Promise<void> {
    const stopped = () => stopping.aborted;
    while (!stopped()) {
      try {
        await this.prepare(late);
        await this.readAsMember(stopping, late);
      } catch (error) {
        if (!stopped()) this.log.warn({ err: error }, 'could not go on; tries again');
      }
      await sleep(AGAIN_MS, undefined, { signal: stopping }).catch(() => undefined);
    }
  }

  private async prepare(late: AbortSignal): Promise<void> {
    const { partitions } = this.settings;
    const inEach = async (admin: Admin) => {
      for (const domain of this.domains) {
        await ensureTopic(admin, domain, partitions);
        await divide(this.consumer, domain, partitions);
      }
    };
    await withAdmin(this.settings, inEach, late);
  }

  /** @throws what ended the membership */
  private async readAsMember(stopping: AbortSignal, late: AbortSignal): Promise<void> {
    const member = new Member(this.settings, this.consumer.name, this.domains.map(topicOf));
    late.addEventListener('abort', () => member.end(new Error('stopped')), { signal: member.over });
    try {
      if (!stopping.aborted) await member.join();
      while (!stopping.aborted) {
        member.over.throwIfAborted();
        const { generation } = member;
        const reading = new Reading(member, generation, this.consumer, this.takeNew, this.log);
        await reading.read(AbortSignal.any([stopping, member.over, generation.over]));
      }
    } finally {
      await member.close();
    }
  }

  /**
   * Takes what has not been taken before; what is no event of ours is set aside.
   * @throws what the consumer or the database throws, or when another process is at it
   */
  private readonly takeNew = async (source: string, messages: readonly Message[]): Promise<Place> => {
    const newest = this.newest.get(domainIn(source)) as Newest;
    const { events, refused } = await sift(messages, newest);
    for (const { subject, error } of await setAside(this.consumer, source, refused))
      this.log.error(
        { source, message: subject, reason: error },
        'set aside a message that is no event of ours',
      );

    const subscription = new Subscription(this.consumer, source);
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
    if (reached === undefined) throw new Error(`another process is at ${source}`);
    return reached;
  };
}
