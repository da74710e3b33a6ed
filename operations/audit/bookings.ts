import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { BookingStatus } from '../../workflows/movie/contract';
import type { Breach, Finding } from './check';

const BATCH = 5_000;
/** Paid, as long as it is so. */
const STANDS: readonly BookingStatus[] = ['BOOKED', 'COLLECTED', 'NO_SHOW'];
/** Steps that move a booking's money. */
const MONEY_STEPS = ['refund', 'settleRefund', 'giveBack'];

interface Booking {
  id: string;
  status: BookingStatus;
  total_price: number;
}

interface Charge {
  key: string;
  state: string;
  amount: number;
  refunded: number;
}

/** What is wrong between a booking and its charge, in words. */
function breachOf({ id, status, total_price }: Booking, charge: Charge | undefined): string | undefined {
  const captured = charge?.state === 'CAPTURED' ? charge.amount : 0;
  const kept = captured - (charge?.refunded ?? 0);
  const must = status === 'CANCELLED' || status === 'FAILED' ? 0 : total_price;
  if (status === 'PENDING') return `booking ${id} is PENDING`;
  return kept === must ? undefined : `booking ${id} is ${status} over ${total_price}, and ${kept} is kept`;
}

/**
 * M1, M5: a booking that stands is paid, and what is cancelled or failed is not. Money that its workflow is just
 * moving, or that waits for an operator, is no breach. Two databases: no join.
 */
export async function bookingFindings(movie: Knex, payment: Knex, temporal: Client): Promise<Finding> {
  const suspects: { booking: Booking; breach: string }[] = [];
  for (let last = ''; ;) {
    const bookings = await movie('movie.bookings')
      .where('id', '>', last)
      .orderBy('id')
      .limit(BATCH)
      .select<Booking[]>('id', 'status', 'total_price');
    const charges = await payment('payment.charges')
      .whereIn(
        'key',
        bookings.map(({ id }) => `${id}/charge`),
      )
      .select<Charge[]>('key', 'state', 'amount', 'refunded');
    const chargeOf = new Map(charges.map((charge) => [charge.key, charge]));
    for (const booking of bookings) {
      const breach = breachOf(booking, chargeOf.get(`${booking.id}/charge`));
      if (breach !== undefined) suspects.push({ booking, breach });
    }
    last = bookings.at(-1)?.id ?? '';
    if (bookings.length < BATCH) break;
  }
  const breaches: Breach[] = [];
  for (const { booking, breach } of suspects)
    if (!(await waitsForOperator(payment, booking)) && !(await isUnderWay(temporal, booking)))
      breaches.push({ id: booking.id, breach });
  return { holds: 'A booking that stands is paid, any other is not', breaches };
}

async function waitsForOperator(payment: Knex, { id }: Booking): Promise<boolean> {
  const row = await payment('payment.parked')
    .where({ business_id: id })
    .whereNull('ended_at')
    .first<object | undefined>();
  return row !== undefined;
}

async function isUnderWay(temporal: Client, { id, status }: Booking): Promise<boolean> {
  const description = await temporal.workflow
    .getHandle(id)
    .describe()
    .catch(() => undefined);
  if (description?.status.name !== 'RUNNING') return false;
  // Whoever was to go on with it is not there just now.
  if (!STANDS.includes(status) || description.raw.pendingWorkflowTask) return true;
  const steps = description.raw.pendingActivities?.map(({ activityType }) => activityType?.name ?? '') ?? [];
  return steps.some((step) => MONEY_STEPS.includes(step));
}
