import type { Knex } from 'knex';
import { RENTAL, type RentalRow } from '../activities/bike/reads';
import type { Bill, Rental } from '../events/shapes';
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

export interface RentalFilter {
  customer?: string | undefined;
  limit: number;
  /** The id of the last one seen: ids grow with time. */
  before?: string | undefined;
}

const BILL = {
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

/** Newest first. */
export async function rentalsIn(
  db: Knex,
  { customer, limit, before }: RentalFilter,
): Promise<(RentalRow & BillRow)[]> {
  const query = db('views.rentals').whereNotNull('status').orderBy('id', 'desc').limit(limit);
  if (customer !== undefined) void query.where({ customer });
  if (before !== undefined) void query.where('id', '<', before);
  return query.select<(RentalRow & BillRow)[]>({ ...RENTAL, ...BILL });
}

/** What a rental has until billing has opened its bill. */
export const NO_BILL: BillRow = { billId: null, billStatus: null, minutes: null, fee: null, tariff: null };

export async function billIn(db: Knex, rentalId: string): Promise<BillRow> {
  const row = await db('views.rentals').where({ id: rentalId }).first<BillRow | undefined>(BILL);
  return row ?? NO_BILL;
}
