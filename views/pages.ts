import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BookingRow } from '../activities/movie/reads';
import { isAfter, type Place } from '../events/event';
import type { Outbox } from '../events/outbox';
import { type BookingFilter, bookingsIn } from './bookings';
import { depositIn } from './deposits';

const FRESH_WITHIN_MS = 1_000;
const LOOK_EVERY_MS = 5;

/** What the API reads of the views. Whoever has been answered finds the answer on the page. */
export class Pages {
  constructor(
    private readonly db: Knex,
    private readonly outboxes: { movie: Outbox; payment: Outbox },
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
    const newest = await source.newest(customer);
    for (const until = Date.now() + FRESH_WITHIN_MS; newest && Date.now() < until;) {
      const reached = await this.db('views.checkpoints')
        .where({ consumer: view, source: source.name })
        .first<Place | undefined>(this.db.raw('xid::text'), 'position');
      if (reached && !isAfter(newest, reached)) return;
      await sleep(LOOK_EVERY_MS);
    }
  }
}
