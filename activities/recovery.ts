import { activityInfo, cancellationSignal, getClient, heartbeat } from '@temporalio/activity';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Knex } from 'knex';
import type { Config, Service } from '../config';
import type { Lifecycle } from '../workflows/lifecycle';
import { foundBy } from '../workflows/search-attributes';

/** So many rows in one statement, and in one question to the engine. */
const AT_ONCE = 100;
/** A row is locked while its workflow is started. */
const START_WITHIN_MS = 4_000;

/** Rows that need a running workflow. */
export interface Kind {
  table: string;
  /** SQL: it is not at its end. Indexed, as are the others. */
  unfinished: string;
  /** SQL: it is, and other services may still have something to do; `closed` once its workflow has completed. */
  closing?: string;
  /** SQL: the workflow's id; `id` unless said. */
  workflowId?: string;
  /** Column: since when it is as it is; `updated_at` unless said. */
  since?: string;
  /** How its workflow goes on from the row. */
  start: (tx: Knex, id: string) => Promise<Start>;
}

/** Rows that are unfinished by their lifecycle. */
export const unfinished = ({
  table,
  unfinished: statuses,
}: Lifecycle): Pick<Kind, 'table' | 'unfinished'> => ({
  table,
  unfinished: `status IN (${statuses.map((status) => `'${status}'`).join(', ')})`,
});

/** A kind of row, and how the workflow goes on from it. @param row the row itself unless said */
export function kindOf<Row extends object>(
  kind: Omit<Kind, 'start'>,
  start: (row: Row) => Start,
  row = (tx: Knex, id: string): PromiseLike<Row> => tx(kind.table).where({ id }).first<Row>(),
): Kind {
  return { ...kind, start: async (tx, id) => start(await row(tx, id)) };
}

export interface Start {
  workflowId: string;
  workflow: string;
  args: readonly unknown[];
  customer?: string;
  /** One line for the Web UI. */
  summary: string;
}

interface Candidate {
  id: string;
  workflow: string;
  ended: boolean;
}

/** Starts workflows again for rows whose own was terminated or lost (P5). */
export class Recovery {
  constructor(
    private readonly db: Knex,
    /** So long after its workflow has ended, and its last steps with it, a row is taken up. */
    private readonly afterMs: number,
  ) {}

  /** @returns ids of the rows whose workflow was started */
  async revive(kind: Kind): Promise<string[]> {
    const revived: string[] = [];
    for (let last = ''; ;) {
      heartbeat();
      cancellationSignal().throwIfAborted();
      const rows = await this.candidates(kind, last);
      const runs = await runsOf(rows.map(({ workflow }) => workflow));
      const done = rows.filter(({ ended, workflow }) => ended && runs.get(workflow)?.status === 'COMPLETED');
      await this.close(kind, done);
      for (const row of rows)
        if (!done.includes(row) && this.isLost(runs.get(row.workflow)) && (await this.restart(kind, row.id)))
          revived.push(row.id);
      const end = rows.at(-1);
      if (end === undefined || rows.length < AT_ONCE) return revived;
      last = end.id;
    }
  }

  /** Which of these workflows do not run, and have not run for long enough. */
  async lostAmong(workflowIds: readonly string[]): Promise<Set<string>> {
    const runs = await runsOf(workflowIds);
    return new Set(workflowIds.filter((id) => this.isLost(runs.get(id))));
  }

  /** Whether a workflow has come to its own end. */
  async hasCompleted(workflowId: string): Promise<boolean> {
    return (await runsOf([workflowId])).get(workflowId)?.status === 'COMPLETED';
  }

  private isLost(run: Run | undefined): boolean {
    return run === undefined || (run.closedAt !== undefined && run.closedAt < Date.now() - this.afterMs);
  }

  private async candidates(kind: Kind, last: string): Promise<Candidate[]> {
    const { table, closing = 'false', workflowId = 'id', since = 'updated_at' } = kind;
    const { rows } = await this.db.raw<{ rows: Candidate[] }>(
      `SELECT id, ${workflowId} AS workflow, ${closing} AS ended FROM ${table}
       WHERE ${conditionOf(kind)} AND id > :last AND ${since} < now() - :afterMs * interval '1 millisecond'
       ORDER BY id LIMIT :atOnce`,
      { last, afterMs: this.afterMs, atOnce: AT_ONCE },
    );
    return rows;
  }

  private async close({ table, closing }: Kind, rows: readonly Candidate[]): Promise<void> {
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    await this.db.raw(`UPDATE ${table} SET closed = true WHERE id = ANY(?) AND ${closing}`, [ids]);
  }

  /**
   * A workflow writes its end into the row before it ends: while the row is locked and not at its end, either it runs,
   * and the engine says so, or it is lost.
   */
  private async restart(kind: Kind, id: string): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const { rows } = await tx.raw<{ rows: object[] }>(
        `SELECT FROM ${kind.table} WHERE id = ? AND ${conditionOf(kind)} FOR UPDATE`,
        [id],
      );
      return rows.length > 0 && start(await kind.start(tx, id));
    });
  }
}

const conditionOf = ({ unfinished, closing = 'false' }: Kind) => `(${unfinished} OR ${closing})`;

/** @returns false where one runs under that id */
export async function start({ workflowId, workflow, args, customer, summary }: Start): Promise<boolean> {
  try {
    const client = getClient();
    const service = activityInfo().taskQueue as Service;
    await client.withDeadline(Date.now() + START_WITHIN_MS, () =>
      client.workflow.start(workflow, {
        workflowId,
        taskQueue: service,
        args: [...args],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        typedSearchAttributes: foundBy(service, customer),
        staticSummary: summary,
        staticDetails: 'Goes on from the row: the run before was lost, or ended with this left to do.',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** As the engine lists it, somewhat late. */
interface Run {
  status: string;
  startedAt: number;
  /** Epoch milliseconds; undefined while it runs. */
  closedAt: number | undefined;
}

/** The newest run under each id that the engine knows. */
async function runsOf(workflowIds: readonly string[]): Promise<Map<string, Run>> {
  const runs = new Map<string, Run>();
  if (workflowIds.length === 0) return runs;
  const query = `WorkflowId IN (${workflowIds.map((id) => JSON.stringify(id)).join(', ')})`;
  for await (const { workflowId, status, startTime, closeTime } of getClient().workflow.list({ query })) {
    const startedAt = startTime.getTime();
    if ((runs.get(workflowId)?.startedAt ?? 0) <= startedAt)
      runs.set(workflowId, { status: status.name, startedAt, closedAt: closeTime?.getTime() });
  }
  return runs;
}

/** What is sold, as those who are paid for it have it. */
export interface Sales<Status extends string = string> {
  of: Lifecycle<Status>;
  /** Statuses in which it is being sold just now … */
  pending: readonly NoInfer<Status>[];
  /** … and in which nothing is owed for it (any more). In all others it is sold. */
  over: readonly NoInfer<Status>[];
}

export const sales = <Status extends string>(of: Sales<Status>): Sales => of;

/** How a thing that was charged for stands; NONE: there is none. */
export type SaleState = 'PENDING' | 'SOLD' | 'OVER' | 'NONE';

async function standingsOf(
  db: Knex,
  { of: { table }, pending, over }: Sales,
  ids: readonly string[],
): Promise<Record<string, SaleState>> {
  const rows = await db(table)
    .whereIn('id', [...ids])
    .select<{ id: string; status: string }[]>('id', 'status');
  const found = new Map(rows.map(({ id, status }) => [id, status]));
  const saleStateOf = (status: string | undefined): SaleState => {
    if (status === undefined) return 'NONE';
    if (pending.includes(status)) return 'PENDING';
    return over.includes(status) ? 'OVER' : 'SOLD';
  };
  return Object.fromEntries(ids.map((id) => [id, saleStateOf(found.get(id))]));
}

/** Steps of a service's own recovery, and of payment's. */
export function createRecovery(
  db: Knex,
  { recovery: { afterMs } }: Pick<Config, 'recovery'>,
  { kinds, sold }: { kinds: readonly Kind[]; sold?: Sales },
) {
  const recovery = new Recovery(db, afterMs);
  return {
    /** @returns ids of the rows whose workflow was started again */
    async reviveLost(): Promise<string[]> {
      const revived: string[] = [];
      for (const kind of kinds) revived.push(...(await recovery.revive(kind)));
      return revived;
    },

    standings: async (ids: string[]): Promise<Record<string, SaleState>> =>
      sold ? standingsOf(db, sold, ids) : {},
  };
}

export type RecoveryActivities = ReturnType<typeof createRecovery>;
