import { Context } from '@temporalio/activity';
import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import { type Decision, NEEDS_OPERATOR, type ParkedKind } from '../../workflows/payment/contract';
import { refusal } from '../refusal';
import type { Books } from './books';
import { businessIdOf, chargeKey } from './keys';
import { inDoubt } from './charge';
import { parkLate, type ParkedRow, type ParkedState } from './late';
import { BY_HAND, type ByHand, transfer } from './ledger';
import type { PaymentRepository } from './repository';

/** What keeps failing, until it is done or an operator has decided (P4). */
export class Parking {
  constructor(
    private readonly db: Knex,
    private readonly payment: PaymentRepository,
    private readonly books: Books,
    /** So long a thing may fail before it needs an operator. */
    private readonly spanMs: number,
  ) {}

  /**
   * Does what must come about, and keeps account of its failing.
   * @param key of the thing: business id and step
   * @throws ApplicationFailure `needs-operator` past the span; else whatever `act` throws
   */
  async watch<T>(key: string, kind: ParkedKind, act: () => Promise<T>): Promise<T> {
    const began = new Date();
    try {
      const result = await act();
      await this.over(key);
      return result;
    } catch (error) {
      const state = await this.failed(key, kind, wordsOf(error), began);
      throw state === 'NEEDS_OPERATOR' ? refusal(NEEDS_OPERATOR) : error;
    }
  }

  /**
   * Carries out an operator's decision, once, and writes down who decided and why.
   * @throws ApplicationFailure `not-parked`; `still-in-doubt`: settling by hand what the provider may yet do would
   *   move the money twice; `refund-owed`: what the customer was told went back cannot be written off
   */
  async decide({ about, action, reason, by, key }: Decision): Promise<void> {
    await this.db.transaction(async (tx) => {
      const row = await tx<ParkedRow>('payment.parked').where({ key: about }).forUpdate().first();
      const before = await tx('payment.decisions').where({ parked: about, key }).first<object | undefined>();
      if (before) return;
      if (row?.state !== 'NEEDS_OPERATOR') throw refusal('not-parked');
      await tx('payment.decisions').insert({ key, parked: about, action, reason, decided_by: by });
      if (action === 'retry') return;
      await this.close(tx, row, action === 'settle' ? 'suspense' : 'write-off', reason);
      const state: ParkedState = action === 'settle' ? 'SETTLED' : 'WRITTEN_OFF';
      await tx('payment.parked')
        .where({ key: about })
        .update({ state, ended_at: tx.raw('clock_timestamp()') });
    });
  }

  private async close(tx: Knex, row: ParkedRow, into: ByHand, reason: string): Promise<void> {
    switch (row.kind) {
      case 'UNDO':
      case 'LATE_CAPTURE':
        return this.payment.closeByHand(tx, chargeKey(row.business_id), into, reason);
      case 'LATE_REFUND':
        return this.payment.makeGood(tx, row.key, into, reason);
      case 'REFUND_IN_DOUBT':
        throw refusal('still-in-doubt');
      case 'STEP':
        // No money hangs on it.
        return;
      case 'MISMATCH':
        return this.books.closeByHand(tx, row, into, reason);
      case 'REFUND_FAILED':
        if (into === 'write-off') throw refusal('refund-owed');
        return this.payment.closeByHand(tx, chargeKey(row.business_id), into, reason);
      case 'DISPUTE':
        return lose(tx, row, into, reason);
    }
  }

  /** @param began a try that was given up on, and fails after the thing was done, says nothing any more */
  private async failed(
    key: string,
    kind: ParkedKind,
    error: string,
    began: Date,
    since = began,
  ): Promise<ParkedState> {
    const businessId = businessIdOf(key);
    const { workflowExecution } = Context.current().info;
    const { rows } = await this.db.raw<{ rows: ParkedRow[] }>(
      `INSERT INTO payment.parked AS p
         (key, id, kind, business_id, workflow_id, amount, state, error, failing_since, parked_at)
       SELECT :key, :id, :kind, :businessId, :workflowId, :amount,
         CASE WHEN lasting THEN 'NEEDS_OPERATOR' ELSE 'FAILING' END, :error, :since, CASE WHEN lasting THEN now() END
       FROM (SELECT CAST(:since AS timestamptz) < now() - :spanMs * interval '1 millisecond' AS lasting) s
       ON CONFLICT (key) DO UPDATE SET
         failing_since = CASE WHEN p.ended_at IS NULL THEN p.failing_since ELSE now() END,
         failures = CASE WHEN p.ended_at IS NULL THEN p.failures + 1 ELSE 1 END,
         state = CASE WHEN p.ended_at IS NULL AND p.failing_since < now() - :spanMs * interval '1 millisecond'
           THEN 'NEEDS_OPERATOR' ELSE 'FAILING' END,
         parked_at = CASE WHEN p.ended_at IS NULL AND p.failing_since < now() - :spanMs * interval '1 millisecond'
           THEN coalesce(p.parked_at, now()) END,
         amount = :amount, error = :error, ended_at = NULL, workflow_id = :workflowId
       WHERE p.ended_at IS NULL OR p.ended_at < :began
       RETURNING *`,
      {
        key,
        id: typeid('prk').toString(),
        kind,
        businessId,
        workflowId: workflowExecution?.workflowId ?? businessId,
        amount: await this.atStake(kind, chargeKey(businessId)),
        error: error.slice(0, 500),
        spanMs: this.spanMs,
        began,
        since,
      },
    );
    return rows[0]?.state ?? 'FAILING';
  }

  /** Whole KRW that may not have gone back: what is reserved for a refund in doubt may still be with us. */
  private async atStake(kind: ParkedKind, chargeKey: string): Promise<number> {
    const charge = kind === 'STEP' ? undefined : await this.payment.findCharge(chargeKey);
    if (!charge) return 0;
    const doubtful = (await this.payment.refundsOf(chargeKey)).filter(inDoubt);
    const inFlight = doubtful.reduce((sum, { amount }) => sum + amount, 0);
    return kind === 'REFUND_IN_DOUBT' ? inFlight : charge.amount - charge.refunded + inFlight;
  }

  /** A customer's bank takes a charge back, whole KRW. @returns whether an operator has decided on it */
  async disputed(key: string, amount: number): Promise<boolean> {
    await parkLate(this.db, { key, kind: 'DISPUTE', amount });
    return this.park(key);
  }

  /** FAILING → NEEDS_OPERATOR at once: nothing comes of trying again. @returns whether it had ended before */
  async park(key: string): Promise<boolean> {
    const parked_at = this.db.raw('coalesce(parked_at, now())');
    const open = this.db('payment.parked').where({ key }).whereNull('ended_at');
    return (await open.update({ state: 'NEEDS_OPERATOR', parked_at })) === 0;
  }

  /**
   * An undo of a saga's step lasts.
   * @param since epoch milliseconds: when it began
   */
  async lasts(key: string, since: number): Promise<ParkedState> {
    return this.failed(key, 'STEP', 'it is not done yet', new Date(), new Date(since));
  }

  async over(key: string): Promise<void> {
    await this.db('payment.parked')
      .where({ key })
      .whereIn('state', ['FAILING', 'NEEDS_OPERATOR'])
      .update({ state: 'DONE', ended_at: this.db.fn.now() });
  }
}

/** A dispute that was lost: the thing counts as paid all the same, and another account bears what the bank took. */
async function lose(
  tx: Knex,
  { key, amount, business_id: businessId }: ParkedRow,
  from: ByHand,
  reason: string,
): Promise<void> {
  await transfer(tx, {
    key: `${key}/by-hand`,
    kind: BY_HAND[from],
    from,
    to: 'provider',
    amount,
    businessId,
    reason,
  });
}

const wordsOf = (error: unknown) =>
  error instanceof Error ? error.message || error.constructor.name : String(error);
