import type { Knex } from 'knex';
import { type Domain, DOMAINS } from '../config';
import { isAfter, type Place } from '../events/event';
import type { Outbox } from '../events/outbox';
import { sourceOf } from '../events/partition';
import { VIEWS } from './all';
import { AHEAD, type CustomerPage, pageStatement, type Read, readPage, type Untaken } from './customer-page';
import type { Movement } from './movement';
import type { DeliveryStatus } from '../workflows/delivery/contract';
import { deliveriesOf } from './deliveries';
import { type BillRow, billsOf } from './rentals';

interface Wanted {
  /** With the views. */
  db: Knex;
  outboxes: Record<Domain, Outbox>;
  movement: Movement;
  /** So long a page is waited for (milliseconds). */
  freshWithinMs: number;
  /** Into how many each domain's events are divided; undefined when they are not. */
  partitions?: number | undefined;
}

/** What the API reads of the views. */
export class Pages {
  private readonly domains: readonly Domain[];
  private readonly statement: string;

  constructor(private readonly wanted: Wanted) {
    const { db, outboxes } = wanted;
    this.domains = DOMAINS.filter((domain) => VIEWS.some(({ sources }) => sources.includes(domain)));
    const here = this.domains.filter((domain) => outboxes[domain].db === db);
    this.statement = pageStatement(VIEWS, here);
  }

  close(): Promise<void> {
    return this.wanted.movement.close();
  }

  /** The bills that these rentals have, by the rental's id. */
  bills(rentalIds: readonly string[]): Promise<Map<string, BillRow>> {
    return billsOf(this.wanted.db, rentalIds);
  }

  /** How the deliveries of these orders stand, by the order's id. */
  deliveries(orderIds: readonly string[]): Promise<Map<string, DeliveryStatus>> {
    return deliveriesOf(this.wanted.db, orderIds);
  }

  /**
   * The newest of everything of a customer's. Whoever has been answered finds the answer there: the page is waited for
   * until it shows what they did last, unless its views do not move; an old page beats none.
   * @param limit so many of each
   * @returns also since when things of theirs may be missing; undefined when none is
   */
  async ofCustomer(customer: string, limit: number): Promise<CustomerPage & { missingSince?: Date }> {
    const { db, movement, freshWithinMs } = this.wanted;
    for (const until = Date.now() + freshWithinMs; ;) {
      const { now } = movement;
      const read = await readPage(db, this.statement, customer, limit);
      const behind = this.behind(read, [...read.ahead, ...(await this.aheadElsewhere(customer))]);
      if (behind.views.length === 0) return read.page;
      if (!(await movement.next(behind.views, now, until)))
        return { ...read.page, ...(behind.since && { missingSince: behind.since }) };
    }
  }

  /** Which views have not taken which of these events, and of when the oldest of those is. */
  private behind({ places }: Read, events: readonly Untaken[]): { views: string[]; since?: Date } {
    const reached = new Map<string, Place>(
      places.map(({ view, source, ...place }) => [`${view} ${source}`, place]),
    );
    const untaken = events.flatMap((event) => {
      const source = sourceOf(event.domain, event.subject, this.wanted.partitions);
      return VIEWS.filter(({ name, sources }) => {
        const place = reached.get(`${name} ${source}`);
        return sources.includes(event.domain) && (!place || isAfter(event, place));
      }).map(({ name }) => ({ view: name, at: event.at }));
    });
    const times = untaken.map(({ at }) => at.getTime());
    return {
      views: [...new Set(untaken.map(({ view }) => view))],
      ...(times.length > 0 && { since: new Date(Math.min(...times)) }),
    };
  }

  /** A service whose database is away has told nothing new that anybody could wait for. */
  private async aheadElsewhere(customer: string): Promise<Untaken[]> {
    const { db, outboxes } = this.wanted;
    const elsewhere = this.domains.filter((domain) => outboxes[domain].db !== db);
    const newest = elsewhere.map(async (domain) => {
      const events = await outboxes[domain].newest(AHEAD, customer).catch(() => []);
      return events.map((event) => ({ domain, ...event }));
    });
    return (await Promise.all(newest)).flat();
  }
}
