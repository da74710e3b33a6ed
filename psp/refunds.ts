import { DatabaseError, type Pool } from 'pg';
import { findCharge, type Refund, type RefundOrder } from './charges';
import {
  keyReused,
  notCaptured,
  refundExceedsCharge,
  refundRefused,
  unknownCharge,
  type Refusal,
} from './refusal';
import { tokensRefusingRefunds } from './tokens';

type Row = Omit<Refund, 'amount'> & { amount: string };
const refundFrom = ({ id, chargeId, amount, key, status, at }: Row): Refund => {
  return { id, chargeId, amount: Number(amount), key, status, at };
};

const COLUMNS = 'id, charge_id as "chargeId", amount, key, status, at';
const LINE = "psp.append_line('refund', amount, 'KRW', key, \"chargeId\")";
const UNIQUE_VIOLATION = '23505';

/**
 * Registers a refund under its key, and with it what it takes of its charge, unless the key is taken. One statement;
 * its lock on the charge makes refunds at the same moment take turns. A refusal is not kept: the same key may succeed later.
 * @param relent refund even what tok_norefund captured
 * @returns the new refund, or undefined when the key is taken
 * @throws Refusal unknown_charge, charge_not_captured, refund_refused, refund_exceeds_charge
 */
export async function register(
  pool: Pool,
  id: string,
  order: RefundOrder,
  status: Refund['status'],
  relent: boolean,
): Promise<Refund | undefined> {
  const refusing = relent ? [] : tokensRefusingRefunds;
  try {
    const { rows } = await pool.query<Row>({
      name: 'register a refund',
      text: `with charge as (
               update psp.charges set refunded = refunded + $4
               where id = $2 and status = 'captured' and refunded + $4 <= amount and token <> all ($6::text[])
               returning id
             ), made as (
               insert into psp.refunds (id, charge_id, key, amount, status) select $1, id, $3, $4, $5 from charge
               returning ${COLUMNS}
             )
             select *, case when status = 'refunded' then ${LINE} end from made`,
      values: [id, order.chargeId, order.key, order.amount, status, refusing],
    });
    if (rows[0]) return refundFrom(rows[0]);
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === UNIQUE_VIOLATION)) throw error;
  }
  if (await findRefund(pool, order)) return undefined;
  throw await reasonAgainst(pool, order, relent);
}

/** Gives back what a registered refund holds; undefined when it no longer does. */
export async function complete(pool: Pool, id: string): Promise<Refund | undefined> {
  const { rows } = await pool.query<Row>({
    name: 'complete a refund',
    text: `with done as (
             update psp.refunds set status = 'refunded' where id = $1 and status = 'processing' returning ${COLUMNS}
           )
           select *, ${LINE} from done`,
    values: [id],
  });
  return rows[0] && refundFrom(rows[0]);
}

/** Forgets a refund that was not processed: its key is free again. */
export async function release(pool: Pool, id: string): Promise<void> {
  await pool.query(
    `with released as (delete from psp.refunds where id = $1 and status = 'processing' returning charge_id, amount)
     update psp.charges c set refunded = refunded - r.amount from released r where c.id = r.charge_id`,
    [id],
  );
}

/** @throws Refusal key_reused: the key was used for another refund */
export async function findRefund(pool: Pool, order: RefundOrder): Promise<Refund | undefined> {
  const { rows } = await pool.query<Row>(`select ${COLUMNS} from psp.refunds where key = $1`, [order.key]);
  const found = rows[0] && refundFrom(rows[0]);
  if (found && (found.chargeId !== order.chargeId || found.amount !== order.amount)) throw keyReused();
  return found;
}

/** A charge's refunds, oldest first. */
export async function refundsOf(pool: Pool, chargeId: string): Promise<Refund[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from psp.refunds where charge_id = $1 order by at, id`,
    [chargeId],
  );
  return rows.map(refundFrom);
}

/** Ids of those that have been in process for over a second, oldest first. */
export async function refundsLongInProcess(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from psp.refunds
     where status = 'processing' and at < clock_timestamp() - interval '1 second' order by at`,
  );
  return rows.map(({ id }) => id);
}

async function reasonAgainst(pool: Pool, order: RefundOrder, relent: boolean): Promise<Refusal> {
  const charge = await findCharge(pool, 'id', order.chargeId);
  if (charge === undefined) return unknownCharge();
  if (charge.status !== 'captured') return notCaptured();
  if (!relent && tokensRefusingRefunds.includes(charge.token)) return refundRefused();
  return refundExceedsCharge();
}
