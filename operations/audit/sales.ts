import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { OrderStatus } from '../../workflows/food/contract';
import type { PassStatus } from '../../workflows/kickboard/contract';
import type { BookingStatus } from '../../workflows/movie/contract';
import { batchesBy, rowsBy } from './batches';
import type { Finding } from './check';
import { breachesAmong, type Suspect } from './under-way';

/** Steps that move what was paid, and the one that then says so. */
export const MONEY_STEPS = ['refund', 'settleRefund', 'giveBack', 'cancel'];

export const chargeKeyOf = ({ id }: { id: string }) => `${id}/charge`;

/** What a service sells for one charge each. */
interface Sales<Status extends string> {
  holds: string;
  what: string;
  rows: Knex.QueryBuilder;
  /** Paid, as long as it is so … */
  paid: readonly Status[];
  /** … and not paid. What is in no such status is being sold just now. */
  unpaid: readonly Status[];
}

interface Sale {
  id: string;
  status: string;
  /** Whole KRW. */
  price: number;
}

interface Charge {
  key: string;
  state: string;
  amount: number;
  refunded: number;
}

/** M1, M5. */
export const bookingsOf = (movie: Knex): Sales<BookingStatus> => ({
  holds: 'A booking that stands is paid, any other is not',
  what: 'booking',
  rows: movie('movie.bookings').select('id', 'status', 'total_price AS price'),
  paid: ['BOOKED', 'COLLECTED', 'NO_SHOW'],
  unpaid: ['CANCELLED', 'FAILED'],
});

/** K1. */
export const passesOf = (kickboard: Knex): Sales<PassStatus> => ({
  holds: 'A pass that stands is paid, any other is not',
  what: 'pass',
  rows: kickboard('kickboard.passes').select('id', 'status', 'price'),
  paid: ['AVAILABLE', 'USED'],
  unpaid: ['FAILED'],
});

/** F1, F3: what is ordered and not paid yet is being charged. */
export const ordersOf = (food: Knex): Sales<OrderStatus> => ({
  holds: 'An order that is paid has its money with us, any other has not',
  what: 'order',
  rows: food('food.orders').select('id', 'status', 'total_price AS price'),
  paid: ['PAID', 'DELIVERING', 'DELIVERED'],
  unpaid: ['CANCELLED', 'REFUSED'],
});

/**
 * What stands is paid, what does not is not. Money that its workflow is just moving, or that waits for an operator, is
 * no breach. Two databases: no join.
 */
export async function saleFinding<Status extends string>(
  sales: Sales<Status>,
  payment: Knex,
  temporal: Client,
): Promise<Finding> {
  const suspects: Suspect[] = [];
  for await (const sold of batchesBy<Sale>('id', sales.rows)) {
    const charges = await rowsBy<Charge>(
      'key',
      sold.map(chargeKeyOf),
      payment('payment.charges').select('key', 'state', 'amount', 'refunded'),
    );
    for (const sale of sold) {
      const breach = breachOf(sales, sale, charges.get(chargeKeyOf(sale)));
      if (breach === undefined) continue;
      const stands = isOneOf(sales.paid, sale);
      suspects.push({ id: sale.id, breach, workflow: sale.id, ...(stands && { during: MONEY_STEPS }) });
    }
  }
  return { holds: sales.holds, breaches: await breachesAmong(temporal, await unparked(suspects, payment)) };
}

/** Those whose money does not wait for an operator. */
export async function unparked(suspects: readonly Suspect[], payment: Knex): Promise<Suspect[]> {
  const parked = await rowsBy<{ business_id: string }>(
    'business_id',
    suspects.map(({ id }) => id),
    payment('payment.parked').whereNull('ended_at').select('business_id'),
  );
  return suspects.filter(({ id }) => !parked.has(id));
}

/** What is wrong between what was sold and its charge, in words. */
function breachOf<Status extends string>(
  { what, paid, unpaid }: Sales<Status>,
  sale: Sale,
  charge: Charge | undefined,
): string | undefined {
  const { id, status, price } = sale;
  if (![paid, unpaid].some((decided) => isOneOf(decided, sale))) return `${what} ${id} is ${status}`;
  const captured = charge?.state === 'CAPTURED' ? charge.amount : 0;
  const kept = captured - (charge?.refunded ?? 0);
  const must = isOneOf(paid, sale) ? price : 0;
  return kept === must ? undefined : `${what} ${id} is ${status} over ${price}, and ${kept} is kept`;
}

const isOneOf = (statuses: readonly string[], { status }: Sale) => statuses.includes(status);
