import type { WorkflowClient } from '@temporalio/client';
import { Client } from 'pg';
import { typeid } from 'typeid-js';
import type { BookSeats, CarriedBooking } from '../../workflows/movie/contract';

const AT_ONCE = 50;
const DAY = 86_400_000;

/** Opens workflows of bookings that have been made and wait for their screening, tomorrow. @returns how many, when time is up */
export async function openWorkflows(
  client: WorkflowClient,
  wanted: number,
  withinSeconds: number,
): Promise<number> {
  const end = performance.now() + withinSeconds * 1_000;
  let begun = 0;
  const open = async () => {
    while (begun < wanted && performance.now() < end) {
      begun++;
      const order = orderOf(typeid('bkg').toString());
      const carried: CarriedBooking = { ticketIssued: true, steps: [] };
      await client.start('bookSeats', { workflowId: order.id, taskQueue: 'movie', args: [order, carried] });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, open));
  return begun;
}

function orderOf(id: string): BookSeats {
  const startsAt = Date.now() + DAY;
  return {
    ...{ id, customer: 'bench', screeningId: 'scr_bench', seats: ['1A'], totalPrice: 10_000 },
    payment: { method: 'card', token: 'tok_ok' },
    ...{ answerBy: Date.now(), startsAt, endsAt: startsAt + DAY },
  };
}

/** Of each table, what makes a copy of one of its rows another row. */
const COPIES: Record<string, string> = {
  'movie.bookings': `jsonb_build_object('id', 'bkg_row' || n, 'status', 'COLLECTED', 'ticket', 'COLLECTED',
     'customer', 'rows-' || n % 1000, 'refunded', 0)`,
  'movie.seat_claims': `jsonb_build_object('booking_id', 'bkg_row' || n, 'screening_id', 'scr_row' || n / 2000,
     'seat', n % 2000 || 'A')`,
  'payment.charges': `jsonb_build_object('key', 'bkg_row' || n, 'id', 'pay_row' || n,
     'provider_charge_id', 'chg_row' || n)`,
};

/**
 * Bookings that were collected long ago, from the one number to the other. Nobody is told of them.
 * @param url of the owner, who may leave out triggers
 */
export async function addRows(url: string, from: number, to: number): Promise<void> {
  const db = new Client({ connectionString: url });
  await db.connect();
  try {
    await db.query('SET session_replication_role = replica');
    for (const [table, change] of Object.entries(COPIES))
      await db.query(
        `INSERT INTO ${table} SELECT (jsonb_populate_record(NULL::${table}, to_jsonb(one) || ${change})).*
         FROM generate_series($1::bigint, $2::bigint) AS n, (SELECT * FROM ${table} LIMIT 1) AS one`,
        [from, to - 1],
      );
    for (const table of Object.keys(COPIES)) await db.query(`ANALYZE ${table}`);
  } finally {
    await db.end();
  }
}
