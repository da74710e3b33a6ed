import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RentalRow } from '../activities/bike/reads';
import type { OrderRow } from '../activities/food/reads';
import type { PassRow, RideRow } from '../activities/kickboard/reads';
import type { BookingRow } from '../activities/movie/reads';
import type { Domain } from '../config';
import { checkpointsIn } from '../events/checkpoint';
import { isAfter, type Place } from '../events/event';
import type { Outbox } from '../events/outbox';
import { sourceOf } from '../events/partition';
import { type BookingFilter, bookingsIn } from './bookings';
import { depositIn } from './deposits';
import { type OrderFilter, ordersIn } from './orders';
import { passesIn } from './passes';
import { billIn, type BillRow, type RentalFilter, rentalsIn } from './rentals';
import { type RideFilter, ridesIn } from './rides';

const LOOK_EVERY_MS = 15;
/** Partitions do not wait for each other: what was told together may be in several of them. */
const TOLD_TOGETHER = 20;

/** What the API reads of the views. Whoever has been answered finds the answer on the page. */
export class Pages {
  constructor(
    private readonly db: Knex,
    private readonly outboxes: Record<Domain, Outbox>,
    /** So long a page is waited for (milliseconds). */
    private readonly freshWithinMs: number,
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

  /** Newest first. `before`: the id of the last one seen. */
  async passes(customer: string, limit: number, before?: string): Promise<PassRow[]> {
    await this.fresh('passes', this.outboxes.kickboard, customer);
    return passesIn(this.db, customer, limit, before);
  }

  /** Newest first. */
  async rides(filter: RideFilter): Promise<RideRow[]> {
    await this.fresh('rides', this.outboxes.kickboard, filter.customer);
    return ridesIn(this.db, filter);
  }

  /** With their bills, newest first. */
  async rentals(filter: RentalFilter): Promise<(RentalRow & BillRow)[]> {
    await this.freshRentals(filter.customer);
    return rentalsIn(this.db, filter);
  }

  /** Newest first. */
  async orders(filter: OrderFilter): Promise<OrderRow[]> {
    await this.fresh('orders', this.outboxes.food, filter.customer);
    return ordersIn(this.db, filter);
  }

  async bill({ id, customer }: RentalRow): Promise<BillRow> {
    await this.freshRentals(customer);
    return billIn(this.db, id);
  }

  private async freshRentals(customer: string | undefined): Promise<void> {
    const { bike, billing } = this.outboxes;
    await Promise.all([bike, billing].map((source) => this.fresh('rentals', source, customer)));
  }

  /** Waits until the view has taken what was last told of the customer, or of anyone; an old page beats none. */
  private async fresh(view: string, source: Outbox, customer: string | undefined): Promise<void> {
    const { partitions } = this;
    const tail = source.newest(partitions === undefined ? 1 : TOLD_TOGETHER, customer);
    // A service whose database is away has told nothing new that anybody could wait for.
    const newest = await tail.catch(() => []);
    for (const until = Date.now() + this.freshWithinMs; newest.length > 0 && Date.now() < until;) {
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
