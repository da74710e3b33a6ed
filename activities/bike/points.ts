import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import type { ConversionStatus, ConvertPoints } from '../../workflows/bike/contract';
import { refusal } from '../refusal';
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
  constructor(private readonly db: Knex) {}

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
   * → TAKEN: the points are the manager's no more.
   * @throws ApplicationFailure `not-enough-points`, or `bike-unavailable-now` when it was refused meanwhile or the
   *   time is up
   */
  async take({ id, manager, points, answerBy }: ConvertPoints): Promise<void> {
    try {
      await this.db.transaction(async (tx) => {
        const { rowCount } = await tx.raw<{ rowCount: number }>(
          `INSERT INTO bike.conversions (id, manager, points, status) SELECT :id, :manager, :points, 'TAKEN'
           WHERE clock_timestamp() < :answerBy ON CONFLICT (id) DO NOTHING`,
          { id, manager, points, answerBy: new Date(answerBy) },
        );
        if (rowCount === 0) {
          if ((await statusOf(tx, id)) !== 'TAKEN') throw refusal('bike-unavailable-now');
          return;
        }
        const left = await movePoints(tx, { manager, kind: 'CONVERSION', points: -points, reference: id });
        await tx('bike.conversions').where({ id }).update({ points_left: left });
      });
    } catch (error) {
      throw violates(error, 'never_below_zero') ? refusal('not-enough-points') : error;
    }
  }

  /** TAKEN → CONVERTED: they are money now. @returns how it stands */
  async converted(id: string): Promise<ConversionStatus> {
    await this.db('bike.conversions')
      .where({ id, status: 'TAKEN' })
      .update({ status: 'CONVERTED', updated_at: this.db.fn.now() });
    return (await statusOf(this.db, id)) ?? 'REFUSED';
  }

  /** TAKEN → GIVEN_BACK; where none were taken, a mark that none will be. @returns how it stands */
  async giveBack({ id, manager, points }: ConvertPoints, failure: string): Promise<ConversionStatus> {
    return this.db.transaction(async (tx) => {
      const refused = { id, manager, points, status: 'REFUSED', failure };
      await tx('bike.conversions').insert(refused).onConflict('id').ignore();
      const status = (await statusOf(tx, id)) ?? 'REFUSED';
      if (status !== 'TAKEN') return status;
      const left = await movePoints(tx, { manager, kind: 'GIVEN_BACK', points, reference: id });
      await tx('bike.conversions')
        .where({ id })
        .update({ status: 'GIVEN_BACK', failure, points_left: left, updated_at: tx.fn.now() });
      return 'GIVEN_BACK';
    });
  }
}

async function statusOf(db: Knex, id: string): Promise<ConversionStatus | undefined> {
  const row = await db('bike.conversions')
    .where({ id })
    .forUpdate()
    .first<{ status: ConversionStatus } | undefined>('status');
  return row?.status;
}
