import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import { CONVERSION, type ConversionStatus, type ConvertPoints } from '../../workflows/bike/contract';
import { refusal } from '../refusal';
import { Rows } from '../rows';
import { violates } from '../violation';

export type PointKind = 'OPENING' | 'REPORT' | 'CONVERSION' | 'GIVEN_BACK';

interface Movement {
  manager: string;
  kind: PointKind;
  /** Negative for what goes. */
  points: number;
  /** Id of the report or conversion; the manager of an opening. */
  reference: string;
}

/** Moves a manager's points and writes it down, within the caller's transaction. @returns what is left */
export async function movePoints(tx: Knex, { manager, kind, points, reference }: Movement): Promise<number> {
  const { rows } = await tx.raw<{ rows: [{ left: number }] }>(
    'SELECT bike.move_points(:manager, :id, :kind, :points, :reference) AS left',
    { manager, id: typeid('pte').toString(), kind, points, reference },
  );
  return rows[0].left;
}

/** All SQL of managers and of points that become money (B6, B7). */
export class Points {
  private readonly conversions;

  constructor(private readonly db: Knex) {
    this.conversions = new Rows(CONVERSION, db);
  }

  /** @param registration its own id. @returns false when the manager is registered already, by another one */
  async register(manager: string, points: number, registration: string): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const { rowCount } = await tx.raw<{ rowCount: number }>(
        `INSERT INTO bike.managers AS m (manager, registration) VALUES (:manager, :registration)
         ON CONFLICT (manager) DO UPDATE SET registration = :registration WHERE m.registration IS NULL`,
        { manager, registration },
      );
      if (rowCount === 1 && points > 0)
        await movePoints(tx, { manager, kind: 'OPENING', points, reference: manager });
      return rowCount === 1 || (await this.registrationOf(manager, tx)) === registration;
    });
  }

  private async registrationOf(manager: string, db: Knex): Promise<string | null> {
    const row = await db('bike.managers').where({ manager }).first<{ registration: string | null }>();
    return row.registration;
  }

  /**
   * → TAKEN (`points-taken`): the points are the manager's no more.
   * @throws ApplicationFailure `not-enough-points`, or `bike-unavailable-now` when it was refused meanwhile or the
   *   time is up
   */
  async take(order: ConvertPoints): Promise<void> {
    const { id, manager, points } = order;
    try {
      await this.db.transaction(async (tx) => {
        const conversions = this.conversions.in(tx);
        if (!(await conversions.open('take', columnsOf(order), order)))
          return conversions.mustBe(id, 'TAKEN');
        const left = await movePoints(tx, { manager, kind: 'CONVERSION', points: -points, reference: id });
        await tx('bike.conversions').where({ id }).update({ points_left: left });
      });
    } catch (error) {
      throw violates(error, 'never_below_zero') ? refusal('not-enough-points') : error;
    }
  }

  /** TAKEN → CONVERTED (`points-converted`): they are money now. @returns the status afterwards */
  async converted(id: string): Promise<ConversionStatus> {
    await this.conversions.change('convert', id);
    return (await this.conversions.statusOf(id)) ?? 'REFUSED';
  }

  /**
   * TAKEN → GIVEN_BACK (`points-given-back`), or → REFUSED where none were taken: none will be.
   * @returns the status afterwards
   */
  async giveBack(order: ConvertPoints, failure: string): Promise<ConversionStatus> {
    const { id, manager, points } = order;
    return this.db.transaction(async (tx) => {
      const conversions = this.conversions.in(tx);
      const status = await conversions.decide('refuse', columnsOf(order), { failure });
      if (status !== 'TAKEN') return status;
      const left = await movePoints(tx, { manager, kind: 'GIVEN_BACK', points, reference: id });
      await conversions.change('giveBack', id, { failure, points_left: left });
      return 'GIVEN_BACK';
    });
  }
}

const columnsOf = ({ id, manager, points }: ConvertPoints) => ({ id, manager, points });
