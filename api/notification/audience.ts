import { bulkhead } from 'cockatiel';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import { lastNumbers, type MessageRow, messagesAfter } from '../../activities/notification/repository';
import { ListenOnDemand, Wakeup } from '../../events/listen';
import { Problem } from '../problems';

/** What a client that does not read keeps of us in memory. */
const PAGE = 50;
/** When everyone comes back at once, others need the database too. */
const READS_AT_ONCE = 4;
/** Nobody has to wake for a message to be seen. */
const LOOK_EVERY_MS = 5_000;

/** Of one customer who listens. */
export interface Seat {
  customer: string;
  /** The number of the last message that was sent. */
  reached: number;
  /** Rings when there may be more, and when it is over. */
  wakeup: Wakeup;
  /** Of the connection that hears of messages. @see ListenOnDemand.use */
  use: Promise<() => void>;
}

interface Wanted {
  db: Knex;
  /** Where the messages are, for a connection that hears of them. */
  url: string;
  limits: { streams: number; perUser: number };
  metrics: Registry;
  log: Logger;
}

/** The customers who listen to their messages at this process, and who wakes them. */
export class Audience {
  /** Messages that were written to a stream. */
  readonly sent: Counter;
  private readonly seats = new Map<string, Set<Seat>>();
  private taken = 0;
  private readonly reads = bulkhead(READS_AT_ONCE, Number.POSITIVE_INFINITY);
  private readonly connection: ListenOnDemand;
  private readonly looking: NodeJS.Timeout;

  constructor(private readonly wanted: Wanted) {
    const { url, metrics } = wanted;
    const taken = () => this.taken;
    new Gauge({
      name: 'live_streams',
      help: 'Streams of messages that are open',
      registers: [metrics],
      collect() {
        this.set(taken());
      },
    });
    this.sent = new Counter({
      name: 'live_messages_total',
      help: 'Messages written to streams',
      registers: [metrics],
    });
    const heard = (customer?: string) => {
      if (customer === undefined) void this.look();
      else this.wake(customer);
    };
    this.connection = new ListenOnDemand(url, {
      name: 'live',
      channel: 'messages',
      lock: 'messages',
      heard,
    });
    this.looking = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  /** @throws Problem too-many-requests when the customer has too many; unavailable when all of us have */
  take(customer: string): Seat {
    const { streams, perUser } = this.wanted.limits;
    const own = this.seats.get(customer) ?? new Set();
    if (own.size >= perUser) throw new Problem('too-many-requests');
    if (this.taken >= streams) throw new Problem('unavailable');
    const seat = { customer, reached: 0, wakeup: new Wakeup(), use: this.connection.use() };
    this.seats.set(customer, own.add(seat));
    this.taken++;
    return seat;
  }

  leave(seat: Seat): void {
    const own = this.seats.get(seat.customer);
    if (!own?.delete(seat)) return;
    this.taken--;
    if (own.size === 0) this.seats.delete(seat.customer);
    void seat.use.then((end) => end());
    seat.wakeup.call();
  }

  /** The number of the customer's newest message, 0 if there is none. */
  async newest(customer: string): Promise<number> {
    return (await lastNumbers(this.wanted.db, [customer])).get(customer) ?? 0;
  }

  /** @returns the next messages after those that were sent, and whether there may be more of them */
  async next({ customer, reached }: Seat): Promise<{ page: MessageRow[]; more: boolean }> {
    const page = await this.reads.execute(() => messagesAfter(this.wanted.db, customer, reached, PAGE));
    return { page, more: page.length === PAGE };
  }

  async close(): Promise<void> {
    clearInterval(this.looking);
    await this.connection.close();
  }

  private wake(customer: string): void {
    for (const { wakeup } of this.seats.get(customer) ?? []) wakeup.call();
  }

  /** Wakes everyone who has not been sent their newest message: one question for all of them. */
  private async look(): Promise<void> {
    if (this.taken === 0) return;
    try {
      for (const [customer, last] of await lastNumbers(this.wanted.db, [...this.seats.keys()]))
        for (const { wakeup, reached } of this.seats.get(customer) ?? []) if (reached < last) wakeup.call();
    } catch (error) {
      this.wanted.log.warn({ err: error }, 'could not look for new messages; tries again');
    }
  }
}
