import type { Knex } from 'knex';
import type { Config } from '../../config';
import { clearing, type Income, TOP_UP, type TopUp } from '../../workflows/payment/contract';
import { createRecovery, kindOf, Recovery, sales, type SaleState, start } from '../recovery';
import { Bills } from './bills';
import { businessIdOf, chargeKey } from './keys';
import { LONG_AGO, unknownMeans } from './means';
import type { ParkedRow } from './late';

/** So many charges in one statement. */
const AT_ONCE = 500;

/** What waits for an operator is seen to by somebody, who can be told what was decided (P4). */
const PARKED = kindOf<ParkedRow>(
  {
    table: 'payment.parked',
    unfinished: 'ended_at IS NULL',
    workflowId: 'workflow_id',
    since: 'failing_since',
  },
  (row) => ({ workflowId: row.id, ...clearing(row), summary: `${row.kind} ${row.key}` }),
);

/**
 * Starts the workflow that sees to what has just been parked. Where it cannot be started now, the look for rows that
 * have none starts it.
 */
export async function follow(db: Knex, key: string): Promise<void> {
  const open = db('payment.parked').where({ key }).whereNull('ended_at');
  const row = await open.first<{ id: string } | undefined>('id');
  if (row) await start(await PARKED.start(db, row.id)).catch(() => false);
}

/** A charge that has not been seen to agree with what it is for. */
export interface Unmatched {
  /** Of what it is for. */
  id: string;
  income: Income;
}

/** Charges and what they are for: a charge of nothing goes back, whichever workflow has forgotten it (P5). */
function createPaymentRecovery(db: Knex, recovery: Recovery, afterMs: number) {
  return {
    /** Rentals whose unpaid bill can be paid by now: by a refund into the deposit, or by a credit of which they did not hear. */
    payableBills: () => new Bills(db).payable(),

    /** Whether the saga of a lasting undo has come to its end meanwhile: its undo with it. */
    sagaIsOver: (about: string) => recovery.hasCompleted(businessIdOf(about)),

    /** @param after the id of the last one seen */
    async unmatchedCharges(after: string): Promise<Unmatched[]> {
      const { rows } = await db.raw<{ rows: Unmatched[] }>(
        `SELECT split_part(key, '/', 1) AS id, income FROM payment.charges
         WHERE NOT matched AND state IN ('SENT', 'UNKNOWN', 'CAPTURED') AND key > :after
           AND updated_at < now() - :afterMs * interval '1 millisecond'
         ORDER BY key LIMIT :atOnce`,
        { after: after && chargeKey(after), afterMs, atOnce: AT_ONCE },
      );
      return rows;
    },

    /**
     * Notes what agrees, and has given back what does not.
     * @returns ids of what somebody sees to from now on
     */
    async matchCharges(standings: Record<string, SaleState>): Promise<string[]> {
      const those = (...wanted: SaleState[]) =>
        Object.keys(standings).filter((id) => wanted.includes(standings[id] as SaleState));
      await matched(those('SOLD'), 'refunded = 0');
      const over = those('OVER', 'NONE');
      await matched(
        over,
        `refunded = amount AND NOT EXISTS (
        SELECT FROM payment.refunds r WHERE r.charge_key = charges.key AND r.state IN ('SENT', 'UNKNOWN'))`,
      );
      const lost = await recovery.lostAmong(await unseenTo(over));
      const started: string[] = [];
      for (const id of lost) if (await giveBack(id)) started.push(id);
      return started;
    },
  };

  async function matched(ids: readonly string[], condition: string): Promise<void> {
    await db.raw(
      `UPDATE payment.charges SET matched = true WHERE key = ANY(?) AND state = 'CAPTURED' AND ${condition}`,
      [ids.map(chargeKey)],
    );
  }

  /** Of these, what still has money with us, or in doubt, and is not parked. */
  async function unseenTo(ids: readonly string[]): Promise<string[]> {
    const { rows } = await db.raw<{ rows: { id: string }[] }>(
      `SELECT split_part(c.key, '/', 1) AS id FROM payment.charges c
       WHERE c.key = ANY(?) AND NOT c.matched AND c.state IN ('SENT', 'UNKNOWN', 'CAPTURED')
         AND NOT EXISTS (SELECT FROM payment.parked p
           WHERE p.business_id = split_part(c.key, '/', 1) AND p.ended_at IS NULL)`,
      [ids.map(chargeKey)],
    );
    return rows.map(({ id }) => id);
  }

  /** A top-up leaves a mark first, by its own flow: a late credit must not be booked as well as the refund. */
  async function giveBack(id: string): Promise<boolean> {
    const { customer, amount, method, income } = await db('payment.charges')
      .where({ key: chargeKey(id) })
      .first<{ customer: string; amount: number; method: string; income: Income }>();
    const summary = `${amount} KRW of ${id}`;
    if (income !== 'top-ups')
      return start({ workflowId: `undo-${id}`, workflow: 'giveLateCaptureBack', args: [id], summary });
    const order: TopUp = { id, customer, amount, payment: unknownMeans(method), answerBy: LONG_AGO };
    return start({ workflowId: id, workflow: 'topUp', args: [order], customer, summary });
  }
}

export type PaymentRecoveryActivities = ReturnType<typeof createPaymentRecovery>;

/** The steps of the service's own recovery, and of that of money. */
export const recoveryOn = (db: Knex, config: Pick<Config, 'recovery'>) => ({
  ...createRecovery(db, config, {
    kinds: [PARKED],
    sold: sales({ of: TOP_UP, pending: [], over: ['FAILED'] }),
  }),
  ...createPaymentRecovery(db, new Recovery(db, config.recovery.afterMs), config.recovery.afterMs),
});
