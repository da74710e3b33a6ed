import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BookingRow } from '../activities/movie/reads';
import { checkpointsIn } from '../events/checkpoint';
import { isAfter, type Place } from '../events/event';
import type { Outbox } from '../events/outbox';
import { sourceOf } from '../events/partition';
import { type BookingFilter, bookingsIn } from './bookings';
import { depositIn } from './deposits';

const FRESH_WITHIN_MS = 1_000;
const LOOK_EVERY_MS = 5;
/** Partitions do not wait for each other: what was told together may be in several of them. */
const TOLD_TOGETHER = 20;

/** What the API reads of the views. Whoever has been answered finds the answer on the page. */
export class Pages {
  constructor(
    private readonly db: Knex,
    private readonly outboxes: { movie: Outbox; payment: Outbox },
    /** Into how many each domain's events are divided; undefined when they are not. */
    private readonly partitions?: number,
  ) {}

  /** Newest first. */
  async bookings(filter: BookingFilter): Promise<BookingRow[]> {
    await this.fresh('bookings', this.outboxes.movie, filter.customer);
    return bookingsIn(this.db, filter);
  }

  /** What the customer's deposit holds: whole KRW. */
  async deposit(customer: string): Promise<number> {
    await this.fresh('deposits', this.outboxes.payment, customer);
    return depositIn(this.db, customer);
  }

  /** Waits until the view has taken what was last told of the customer, or of anyone; an old page beats none. */
  private async fresh(view: string, source: Outbox, customer: string | undefined): Promise<void> {
    const { partitions } = this;
    const newest = await source.newest(partitions === undefined ? 1 : TOLD_TOGETHER, customer);
    for (const until = Date.now() + FRESH_WITHIN_MS; newest.length > 0 && Date.now() < until;) {
      const rows = await checkpointsIn(this.db, 'views', view);
      const reached = new Map(rows.map((row) => [row.source, row]));
      const isTaken = (event: Place & { subject: string }) => {
        const place = reached.get(sourceOf(source.name, event.subject, partitions));
        return place && !isAfter(event, place);
      };
      if (newest.every(isTaken)) return;
      await sleep(LOOK_EVERY_MS);
    }
  }
}
