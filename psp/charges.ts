import type { Pool } from 'pg';
import type { Behaviour } from './tokens';

export interface ChargeOrder {
  key: string;
  /** Whole KRW, at least 1. */
  amount: number;
  currency: string;
  token: string;
}

export interface Charge extends ChargeOrder {
  id: string;
  status: 'processing' | 'captured' | 'declined';
  /** When the request arrived. */
  at: Date;
}

export interface RefundOrder {
  key: string;
  chargeId: string;
  /** Whole KRW, at least 1. */
  amount: number;
}

export interface Refund extends RefundOrder {
  id: string;
  status: 'processing' | 'refunded';
  /** When the request arrived. */
  at: Date;
}

type Row = Omit<Charge, 'amount'> & { amount: string };
const chargeFrom = (row: Row): Charge => ({ ...row, amount: Number(row.amount) });

const COLUMNS = 'id, key, amount, currency, token, status, at';

/**
 * Registers a charge under its key in a transaction of its own, unless the key is taken.
 * @returns the new charge, or undefined when the key is taken
 */
export async function register(
  pool: Pool,
  id: string,
  order: ChargeOrder,
  status: Charge['status'],
): Promise<Charge | undefined> {
  const { rows } = await pool.query<Row>({
    name: 'register',
    text: `with arrived as (
             insert into psp.charges (id, key, amount, currency, token, status) values ($1, $2, $3, $4, $5, $6)
             on conflict (key) do nothing returning ${COLUMNS}
           )
           select ${COLUMNS},
                  case when status = 'captured' then psp.append_line('capture', amount, currency, key, id) end
           from arrived`,
    values: [id, order.key, order.amount, order.currency, order.token, status],
  });
  return rows[0] && chargeFrom(rows[0]);
}

/** Captures or declines a charge that is being processed; undefined when it no longer is. */
export async function decide(
  pool: Pool,
  id: string,
  status: Behaviour['settles'],
): Promise<Charge | undefined> {
  const { rows } = await pool.query<Row>({
    name: 'decide',
    text: `with decided as (
             update psp.charges set status = $2 where id = $1 and status = 'processing' returning ${COLUMNS}
           )
           select ${COLUMNS},
                  case when status = 'captured' then psp.append_line('capture', amount, currency, key, id) end
           from decided`,
    values: [id, status],
  });
  return rows[0] && chargeFrom(rows[0]);
}

/** Forgets a charge that was not processed: its key is free again. */
export async function release(pool: Pool, id: string): Promise<void> {
  await pool.query(`delete from psp.charges where id = $1 and status = 'processing'`, [id]);
}

/** Counts the tries of a key; a released key keeps its count. */
export async function countAttempt(pool: Pool, key: string): Promise<number> {
  const { rows } = await pool.query<{ attempts: number }>(
    `insert into psp.flaky_attempts as f (key, attempts) values ($1, 1)
     on conflict (key) do update set attempts = f.attempts + 1 returning attempts`,
    [key],
  );
  return rows[0]?.attempts ?? 0;
}

export async function findCharge(pool: Pool, by: 'id' | 'key', value: string): Promise<Charge | undefined> {
  const { rows } = await pool.query<Row>({
    name: `charge by ${by}`,
    text: `select ${COLUMNS} from psp.charges where ${by} = $1`,
    values: [value],
  });
  return rows[0] && chargeFrom(rows[0]);
}

/** Those that have been in process for over a second, oldest first. */
export async function chargesLongInProcess(pool: Pool): Promise<Charge[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from psp.charges
     where status = 'processing' and at < clock_timestamp() - interval '1 second' order by at`,
  );
  return rows.map(chargeFrom);
}

/** `{id,amount,currency,key,status,refunded,refunds:[{id,chargeId,amount,key,status,at}],at}`, amounts in whole KRW. */
export function showCharge({ id, amount, currency, key, status, at }: Charge, refunds: Refund[]) {
  const refunded = refunds.reduce(
    (sum, { status: is, amount: part }) => sum + (is === 'refunded' ? part : 0),
    0,
  );
  return { id, amount, currency, key, status, refunded, refunds, at };
}
