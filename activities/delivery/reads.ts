import type { Knex } from 'knex';
import type { DeliveryStatus } from '../../workflows/delivery/contract';
import { columns, inPage, isRow, type PageWanted } from '../database';

export interface DeliveryRow {
  id: string;
  orderId: string;
  customer: string;
  status: DeliveryStatus;
  /** Whose it is or to whom it is offered; null: whoever comes may take it. */
  courier: string | null;
  accepted: boolean;
  /** Couriers who have declined it, or let its offer pass. */
  passedBy: string[];
  address: string;
  lines: { name: string; quantity: number }[];
  startedAt: Date;
  completedAt: Date | null;
}

export interface DeliveryFilter {
  /** Theirs, offered to them, and open to everyone; all unless said. */
  courier?: string | undefined;
  customer?: string | undefined;
  status?: DeliveryStatus | undefined;
}

const DELIVERY = {
  ...columns([
    'id',
    'orderId',
    'customer',
    'status',
    'courier',
    'accepted',
    'passedBy',
    'address',
    'lines',
    'completedAt',
  ]),
  startedAt: 'created_at',
} satisfies Record<keyof DeliveryRow, string>;

/** What the API reads of deliveries. */
export class DeliveryReads {
  constructor(private readonly db: Knex) {}

  async delivery(id: string): Promise<DeliveryRow | undefined> {
    return this.db('delivery.deliveries').where({ id }).first<DeliveryRow | undefined>(DELIVERY);
  }

  /** @returns undefined where the page begins after no delivery */
  async deliveries(
    { courier, customer, status }: DeliveryFilter,
    page: PageWanted,
  ): Promise<DeliveryRow[] | undefined> {
    if (!(await isRow(this.db, 'delivery.deliveries', page.after))) return undefined;
    const query = this.db('delivery.deliveries');
    if (courier !== undefined)
      void query.where((theirs) => theirs.where({ courier }).orWhere({ courier: null, status: 'STARTED' }));
    if (customer !== undefined) void query.where({ customer });
    if (status !== undefined) void query.where({ status });
    return inPage(query, page).select<DeliveryRow[]>(DELIVERY);
  }
}
