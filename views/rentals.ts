import type { Knex } from 'knex';
import type { Rental } from '../activities/bike/events';
import { RENTAL } from '../activities/bike/reads';
import type { Bill } from '../activities/billing/events';
import type { BillStatus, Tariff } from '../workflows/billing/contract';
import type { View } from './view';

/** The bill of a rental; nothing is known of one that is not opened yet. */
export interface BillRow {
  billId: string | null;
  billStatus: Exclude<BillStatus, 'PENDING'> | null;
  minutes: number | null;
  /** Whole KRW. */
  fee: number | null;
  tariff: Tariff | null;
}

/** Of the page: a bill's property → its column. */
const BILL_COLUMNS = {
  billId: 'bill_id',
  billStatus: 'bill_status',
  minutes: 'minutes',
  fee: 'fee',
  tariff: 'tariff',
};

/** Rentals with their bills (seed 004, B8). */
export const rentals: View = {
  name: 'rentals',
  sources: ['bike', 'billing'],
  key: 'id',
  // A bill that is opened before the rental is heard of has no rental to show yet.
  page: { columns: { ...RENTAL, ...BILL_COLUMNS }, where: 'status IS NOT NULL' },
  columnsOf: ({ type, subject, customer, data }) => {
    const told = columnsOf(type, subject, data);
    return told && { customer, ...told };
  },
};

function columnsOf(type: string, subject: string, data: Record<string, unknown>): object | undefined {
  if (type === 'bike.rented' || type === 'bike.returned') {
    const { bikeId, status, startedAt, startLocation, endedAt, endLocation } = data as unknown as Rental;
    return {
      id: subject,
      bike_id: bikeId,
      status,
      started_at: startedAt,
      start_location: startLocation,
      ended_at: endedAt,
      end_location: endLocation,
    };
  }
  if (!type.startsWith('billing.')) return undefined;
  const { rentalId, status, minutes, fee, tariff } = data as unknown as Bill;
  return { id: rentalId, bill_id: subject, bill_status: status, minutes, fee, tariff };
}

/** What a rental has until billing has opened its bill. */
export const NO_BILL: BillRow = { billId: null, billStatus: null, minutes: null, fee: null, tariff: null };

/** The bills that these rentals have, by the rental's id. */
export async function billsOf(db: Knex, rentalIds: readonly string[]): Promise<Map<string, BillRow>> {
  if (rentalIds.length === 0) return new Map();
  const rows = await db('views.rentals')
    .whereIn('id', rentalIds)
    .select<(BillRow & { id: string })[]>({ id: 'id', ...BILL_COLUMNS });
  return new Map(rows.map(({ id, ...bill }) => [id, bill]));
}
