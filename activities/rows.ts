import type { Knex } from 'knex';
import type { Lifecycle } from '../workflows/lifecycle';
import { downOf } from '../workflows/services';
import { refusal } from './refusal';

export type Columns = Readonly<Record<string, unknown>>;
/** By the database's clock. */
type Deadline = Date | 'infinity' | Knex.Raw;

interface Opening {
  /** Epoch milliseconds; not opened by then, never opened. */
  answerBy: number;
  /** A query of one row that must be there; its columns may be copied. */
  given?: Knex.QueryBuilder;
  /** Only an equal id means that it was decided before: other unique indexes raise. */
  raising?: boolean;
}

/**
 * Rows that change by the transitions of their lifecycle. Each change is one conditional statement, safe to run again:
 * whoever writes first decides, and what is refused stays refused. The table's triggers tell the event in the same
 * transaction.
 */
export class Rows<Status extends string, Act extends string> {
  constructor(
    private readonly lifecycle: Lifecycle<Status, Act>,
    private readonly db: Knex,
  ) {}

  /** The same rows within a transaction. */
  in(tx: Knex): Rows<Status, Act> {
    return new Rows(this.lifecycle, tx);
  }

  /** Inserts a row, in time. @returns false when its id was decided before, or it may not be opened (any more) */
  async open(act: Act, columns: Columns, { answerBy, given, raising }: Opening): Promise<boolean> {
    const row = { ...columns, status: this.lifecycle.acts[act].to };
    const values = (given ?? this.db.queryBuilder())
      .select(Object.values(row).map((value) => this.db.raw('?', [value as Knex.Value])))
      .whereRaw('clock_timestamp() < ?', [new Date(answerBy)]);
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `INSERT INTO ?? (??) ? ON CONFLICT ${raising ? '(id)' : ''} DO NOTHING`,
      [this.lifecycle.table, Object.keys(row), values],
    );
    return rowCount === 1;
  }

  /**
   * Makes a transition that needs no row: what was never opened never will be, and what was decided before stays.
   * @param set columns that the transition changes
   */
  async upsert(act: Act, columns: Columns, set: Columns = {}): Promise<void> {
    const { table } = this.lifecycle;
    const { from, to } = this.lifecycle.acts[act];
    const before = rowsIn(from);
    const change = { ...set, status: to };
    const insertion = this.db(table).insert({ ...columns, ...change });
    await (before.length === 0
      ? insertion.onConflict().ignore()
      : insertion
          .onConflict('id')
          .merge({ ...change, updated_at: this.db.fn.now() })
          .whereIn(`${table.split('.')[1]}.status`, before));
  }

  /** As `upsert`. @returns the status afterwards */
  async decide(act: Act, columns: Columns, set: Columns): Promise<Status> {
    await this.upsert(act, columns, set);
    return (await this.statusOf(columns.id as string)) ?? this.lifecycle.acts[act].to;
  }

  /** The UPDATE of a transition, to be awaited or to be part of a larger statement. @param by its deadline */
  change(act: Act, id: string, set: Columns = {}, by?: Deadline): Knex.QueryBuilder {
    const { from, to } = this.lifecycle.acts[act];
    const update = this.db(this.lifecycle.table)
      .where({ id })
      .whereIn('status', rowsIn(from))
      .update({ ...set, status: to, updated_at: this.db.fn.now() });
    return by === undefined ? update : update.whereRaw('clock_timestamp() < ?', [by]);
  }

  /**
   * Makes a transition in time.
   * @param done statuses in which it was made before
   * @throws ApplicationFailure as `mustBe`
   */
  async changeInTime(
    act: Act,
    id: string,
    by: Deadline,
    set: Columns,
    done: readonly Status[],
  ): Promise<void> {
    if ((await this.change(act, id, set, by)) === 0) await this.mustBe(id, ...done);
  }

  /** @throws ApplicationFailure that the service is unavailable: the time was up, or it was refused meanwhile */
  async mustBe(id: string, ...statuses: Status[]): Promise<void> {
    const status = await this.statusOf(id);
    if (status === undefined || !statuses.includes(status)) throw refusal(downOf(this.lifecycle.domain));
  }

  /** Status, read FOR UPDATE: waits for an abandoned attempt that may still commit. */
  async statusOf(id: string): Promise<Status | undefined> {
    return (await this.read<{ status: Status }>(id, ['status']))?.status;
  }

  /** The row, read FOR UPDATE. */
  async read<Row extends object>(id: string, columns: (keyof Row & string)[]): Promise<Row | undefined> {
    return this.db(this.lifecycle.table).where({ id }).forUpdate().first<Row | undefined>(columns);
  }
}

const rowsIn = <Status>(from: readonly (Status | null)[]) => from.filter((status) => status !== null);
