import { DatabaseError, type Pool } from 'pg';
import { typeid } from 'typeid-js';
import { findCharge } from './charges';
import {
  keyReused,
  notCaptured,
  refundExceedsCharge,
  refundRefused,
  unknownCharge,
  type Refusal,
} from './refusal';
import { tokensRefusingRefunds } from './tokens';

interface RefundOrder {
  key: string;
  chargeId: string;
  /** Whole KRW, at least 1. */
  amount: number;
}

export interface Refund extends RefundOrder {
  id: string;
  status: 'refunded';
  at: Date;
}

type Row = Omit<Refund, 'amount' | 'status'> & { amount: string };
const refundFrom = ({ id, chargeId, amount, key, at }: Row): Refund => {
  return { id, chargeId, amount: Number(amount), key, status: 'refunded', at };
};

const COLUMNS = 'id, charge_id as "chargeId", amount, key, at';
const UNIQUE_VIOLATION = '23505';

/**
 * Gives back a part of a charge, once per key. A refusal is not kept: the same key may succeed later.
 * @param relent refund even what tok_norefund captured
 * @throws Refusal unknown_charge, charge_not_captured, refund_refused, refund_exceeds_charge, key_reused
 */
export async function refund(pool: Pool, order: RefundOrder, relent: boolean): Promise<Refund> {
  const made = await giveBack(pool, order, relent ? [] : tokensRefusingRefunds);
  if (made !== undefined) return made;
  const earlier = await findRefund(pool, order.key);
  if (earlier === undefined) throw await reasonAgainst(pool, order, relent);
  if (earlier.chargeId !== order.chargeId || earlier.amount !== order.amount) throw keyReused();
  return earlier;
}

/** One statement; its lock on the charge makes refunds at the same moment take turns. */
async function giveBack(pool: Pool, order: RefundOrder, refusing: string[]): Promise<Refund | undefined> {
  try {
    const { rows } = await pool.query<Row>({
      name: 'give back',
      text: `with charge as (
               update psp.charges set refunded = refunded + $4
               where id = $2 and status = 'captured' and refunded + $4 <= amount and token <> all ($5::text[])
               returning id, currency
             ), made as (
               insert into psp.refunds (id, charge_id, key, amount) select $1, id, $3, $4 from charge
               returning id, charge_id, amount, key, at
             )
             select made.id, charge_id as "chargeId", amount, key, at,
                    psp.append_line('refund', amount, currency, key, charge_id)
             from made, charge`,
      values: [typeid('rfd').toString(), order.chargeId, order.key, order.amount, refusing],
    });
    return rows[0] && refundFrom(rows[0]);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === UNIQUE_VIOLATION) return undefined;
    throw error;
  }
}

async function reasonAgainst(pool: Pool, order: RefundOrder, relent: boolean): Promise<Refusal> {
  const charge = await findCharge(pool, 'id', order.chargeId);
  if (charge === undefined) return unknownCharge();
  if (charge.status !== 'captured') return notCaptured();
  if (!relent && tokensRefusingRefunds.includes(charge.token)) return refundRefused();
  return refundExceedsCharge();
}

async function findRefund(pool: Pool, key: string): Promise<Refund | undefined> {
  const { rows } = await pool.query<Row>(`select ${COLUMNS} from psp.refunds where key = $1`, [key]);
  return rows[0] && refundFrom(rows[0]);
}

/** A charge's refunds, oldest first. */
export async function refundsOf(pool: Pool, chargeId: string): Promise<Refund[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from psp.refunds where charge_id = $1 order by at, id`,
    [chargeId],
  );
  return rows.map(refundFrom);
}
