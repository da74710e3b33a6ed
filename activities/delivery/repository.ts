import type { Knex } from 'knex';
import {
  DELIVERY,
  type DeliveryStatus,
  type Search,
  type StartDelivery,
} from '../../workflows/delivery/contract';
import { refusedIn } from '../../workflows/lifecycle';
import { refusal } from '../refusal';
import { Rows } from '../rows';

interface Delivery {
  status: DeliveryStatus;
  courier: string | null;
  accepted: boolean;
  completed_by: string | null;
}

/** All SQL of deliveries and couriers. A method that changes something is one transition, safe to run again. */
export class DeliveryRepository {
  private readonly deliveries;

  constructor(private readonly db: Knex) {
    this.deliveries = new Rows(DELIVERY, db);
  }

  /** → STARTED (`started`), unless the order was cancelled before. */
  async start(order: StartDelivery): Promise<void> {
    await this.deliveries.upsert('start', columnsOf(order));
  }

  /** STARTED → CANCELLED (`cancelled`), for good: one that was never started never will be. What is completed stays. */
  async cancel(order: StartDelivery): Promise<void> {
    await this.deliveries.upsert('cancel', columnsOf(order));
  }

  /**
   * STARTED → COMPLETED (`completed`) by one attempt of a courier, theirs from then on if it was open to everyone; in
   * time: when its saga is lost nobody knows which attempt to undo.
   * @param answerBy epoch milliseconds
   * @throws ApplicationFailure `already-completed`, `cancelled`, `conflict` when someone else has it, or
   *   `delivery-unavailable` when the time is up, or this very attempt was undone before it came
   */
  async complete(id: string, courier: string, attempt: string, answerBy: number): Promise<void> {
    const done = { courier, accepted: true, completed_by: attempt, completed_at: this.db.fn.now() };
    const completed: unknown = await this.deliveries
      .change('complete', id, done, new Date(answerBy))
      .whereRaw('COALESCE(courier, :courier) = :courier AND NOT :attempt = ANY (refused)', {
        courier,
        attempt,
      });
    if (completed === 1) return;

    const row = await this.db('delivery.deliveries').where({ id }).first<Delivery | undefined>();
    if (row?.completed_by === attempt) return;
    const isAnothers = row && (row.courier ?? courier) !== courier;
    const refused = row && refusedIn(DELIVERY, 'complete', row.status);
    throw refusal(refused ?? (isAnothers ? 'conflict' : 'delivery-unavailable'));
  }

  /**
   * COMPLETED → STARTED (`resumed`), if by that attempt; the attempt can never come true later.
   * @param attempt unless said, whichever completed it
   */
  async resume(id: string, attempt?: string): Promise<void> {
    const by = attempt ?? (await this.completedBy(id));
    if (by !== undefined) await this.resumeFrom(id, by);
  }

  private async completedBy(id: string): Promise<string | undefined> {
    const [by] = await this.db('delivery.deliveries')
      .where({ id, status: 'COMPLETED' })
      .pluck<string[]>('completed_by');
    return by;
  }

  private async resumeFrom(id: string, attempt: string): Promise<void> {
    await this.db.raw(
      `UPDATE delivery.deliveries SET
         refused = array_append(refused, :attempt),
         status = CASE WHEN completed_by = :attempt THEN 'STARTED' ELSE status END,
         completed_at = CASE WHEN completed_by = :attempt THEN NULL ELSE completed_at END,
         completed_by = NULLIF(completed_by, :attempt),
         updated_at = now()
       WHERE id = :id AND NOT :attempt = ANY (refused)`,
      { id, attempt },
    );
  }

  /**
   * Offers it to the courier on duty who has the fewest open ones, unless it is offered already.
   * @param unanswered who has let the last offer pass
   */
  async offer(id: string, unanswered: string | undefined): Promise<Search> {
    return this.db.transaction(async (tx) => {
      // One offer after the other: each counts what the last one gave away.
      await tx.raw(`SELECT pg_advisory_xact_lock(hashtext('delivery.offer'))`);
      if (unanswered !== undefined) await this.passOn(id, unanswered, tx);
      const row = await tx('delivery.deliveries').where({ id }).forUpdate().first<Delivery | undefined>();
      if (row?.status !== 'STARTED' || row.accepted) return 'OVER';
      if (row.courier !== null) return { offeredTo: row.courier };
      const { rows } = await tx.raw<{ rows: { courier: string }[] }>(
        `UPDATE delivery.deliveries d SET courier = chosen.courier, updated_at = now()
         FROM (
           SELECT c.courier FROM delivery.couriers c, delivery.deliveries d
           WHERE d.id = :id AND c.on_duty AND NOT c.courier = ANY (d.passed_by)
           ORDER BY
             (SELECT count(*) FROM delivery.deliveries o WHERE o.courier = c.courier AND o.status = 'STARTED'),
             c.since
           LIMIT 1) AS chosen
         WHERE d.id = :id RETURNING d.courier`,
        { id },
      );
      const [chosen] = rows;
      return chosen ? { offeredTo: chosen.courier } : 'OPEN';
    });
  }

  /** The courier it is offered to, or anyone where it is open, takes it. @returns whether it is theirs */
  async accept(id: string, courier: string): Promise<boolean> {
    return this.inTurn(id, async (tx) => {
      const accepted = await tx('delivery.deliveries')
        .where({ id, status: 'STARTED' })
        .whereRaw('COALESCE(courier, :courier) = :courier', { courier })
        .update({ courier, accepted: true, updated_at: tx.fn.now() });
      return accepted === 1;
    });
  }

  /** The courier who has it, or whom it is offered to, does without. @returns false when it is not theirs */
  async decline(id: string, courier: string): Promise<boolean> {
    return this.inTurn(id, async (tx) => (await this.passOn(id, courier, tx, true)) === 1);
  }

  /** Whoever waits for the row begins to write after that: its events keep their order. */
  private async inTurn<T>(id: string, act: (tx: Knex) => Promise<T>): Promise<T> {
    return this.db.transaction(async (tx) => {
      await tx('delivery.deliveries').where({ id }).forUpdate().select('id');
      return act(tx);
    });
  }

  /** On duty, deliveries are offered to them. */
  async setDuty(courier: string, onDuty: boolean): Promise<void> {
    await this.db('delivery.couriers')
      .insert({ courier, on_duty: onDuty })
      .onConflict('courier')
      .merge({ on_duty: onDuty, since: this.db.fn.now() });
  }

  /** It is nobody's, and never again that courier's by itself. @param taken though they have accepted it */
  private async passOn(id: string, courier: string, db: Knex, taken = false): Promise<number> {
    const query = db('delivery.deliveries').where({ id, courier, status: 'STARTED' });
    if (!taken) void query.where({ accepted: false });
    return query.update({
      courier: null,
      accepted: false,
      passed_by: db.raw('array_append(passed_by, ?)', [courier]),
      updated_at: db.fn.now(),
    });
  }
}

const columnsOf = ({ id, orderId, customer, address, lines }: StartDelivery) => ({
  id,
  order_id: orderId,
  customer,
  address,
  lines: JSON.stringify(lines),
});
