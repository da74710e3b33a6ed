import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Knex } from 'knex';
import { manifests } from '../manifests/all';
import type { Breach, Finding, Law, LawSet } from './law';
import { prefixOf, TABLES } from './tables';
import { inGroups, stateOf, TASK_TRIES_AT_MOST } from './under-way';
import type { World } from './world';

/** Things whose id is their workflow's, by its prefix. */
const LIFECYCLES = manifests.flatMap(({ lifecycles }) => lifecycles ?? []);
const KINDS = LIFECYCLES.flatMap(({ table, domain, unfinished }) => {
  const [prefix] = Object.entries(TABLES).find(([, [, name]]) => name === table) ?? [];
  return prefix === undefined ? [] : [{ prefix, domain, table, unfinished }];
});
const kindOf = (id: string) => KINDS.find(({ prefix }) => prefix === prefixOf(id));

const LAWS: readonly Law[] = [
  { id: 'open-has-workflow', holds: 'A workflow runs for whatever is open', rule: 11, place: 'engine' },
  {
    id: 'workflow-has-open',
    holds: 'A workflow runs only for what is open, or until its last step is done',
    rule: 11,
    place: 'engine',
  },
  {
    id: 'workflow-result',
    holds: 'A workflow that has ended came to what its row says',
    rule: 11,
    place: 'engine',
  },
  {
    id: 'workflow-tasks',
    holds: 'No workflow fails its tasks, or ends in a failure',
    rule: 11,
    place: 'engine',
  },
];

/** Workflows compared with the rows. */
export const ENGINE: LawSet = {
  laws: LAWS,
  check: async (world) => {
    const workflows = await statusesIn(world.temporal);
    const open = await openThings(world);
    const running = [...workflows].flatMap(([id, status]) => (status === 'RUNNING' ? [id] : []));
    const breaches: Breach[][] = [
      await withoutWorkflow(world.temporal, open, workflows),
      await withoutOpen(
        world,
        running.filter((id) => !open.has(id)),
      ),
      await otherResults(world, workflows),
      await failing(world.temporal, workflows),
    ];
    return LAWS.map((law, n): Finding => ({ ...law, breaches: breaches[n] ?? [] }));
  },
};

/** The newest run of each workflow that the engine knows, by its id. */
async function statusesIn(temporal: Client): Promise<Map<string, string>> {
  const found = new Map<string, { status: string; start: number }>();
  for await (const { workflowId, status, startTime } of temporal.workflow.list()) {
    const before = found.get(workflowId);
    const start = startTime.getTime();
    if (!before || before.start <= start || status.name === 'RUNNING')
      found.set(workflowId, { status: status.name, start });
  }
  return new Map([...found].map(([id, { status }]) => [id, status]));
}

/** Ids of the workflows of whatever is unfinished. */
async function openThings({ databases }: World): Promise<Set<string>> {
  const ids: string[] = [];
  for (const { domain, table, workflow, unfinished } of LIFECYCLES)
    ids.push(...(await databases[domain](table).whereIn('status', unfinished).pluck<string[]>(workflow)));
  return new Set(ids);
}

async function withoutWorkflow(
  temporal: Client,
  open: ReadonlySet<string>,
  workflows: ReadonlyMap<string, string>,
): Promise<Breach[]> {
  const suspects = [...open].filter((id) => workflows.get(id) !== 'RUNNING');
  // The list lags behind.
  const breaches = await inGroups(suspects, async (id) => {
    const state = await stateOf(temporal, id);
    if (state?.status === 'RUNNING') return [];
    return [{ id, breach: `${id} is open, and its workflow ${state?.status ?? 'is gone'}` }];
  });
  return breaches.flat();
}

/** What is over may still have a last step to do: another service's, or one that an operator is asked about. */
async function withoutOpen(world: World, suspects: readonly string[]): Promise<Breach[]> {
  const { payment } = world.databases;
  const parked = new Set(
    await payment('payment.parked').whereNull('ended_at').pluck<string[]>('workflow_id'),
  );
  const breaches = await inGroups(suspects, async (id) => {
    if (!kindOf(id) || parked.has(id)) return [];
    const state = await stateOf(world.temporal, id);
    if (state?.status !== 'RUNNING' || state.taskPending || state.activities.length > 0) return [];
    if (await isOpen(world, id)) return [];
    return [{ id, breach: `${id} is over, and its workflow waits` }];
  });
  return breaches.flat();
}

/** Read again: it may have been made since. */
async function isOpen({ databases }: World, id: string): Promise<boolean> {
  for (const { domain, table, workflow, unfinished } of LIFECYCLES) {
    const row = databases[domain](table)
      .where({ [workflow]: id })
      .whereIn('status', unfinished);
    if ((await row.first<object | undefined>(workflow)) !== undefined) return true;
  }
  return false;
}

async function otherResults(world: World, workflows: ReadonlyMap<string, string>): Promise<Breach[]> {
  const found: Breach[] = [];
  for (const { prefix, domain, table } of KINDS) {
    const ids = [...workflows].flatMap(([id, status]) =>
      status === 'COMPLETED' && prefixOf(id) === prefix ? [id] : [],
    );
    const rows = await statusesOf(world.databases[domain], table, ids);
    const breaches = await inGroups(ids, async (id) => {
      try {
        const result: unknown = await world.temporal.workflow.getHandle(id).result();
        return resultBreach(id, rows.get(id) ?? 'none', result);
      } catch (error) {
        // Its history has expired since it was listed: nothing is left to compare.
        if (error instanceof WorkflowNotFoundError) return [];
        throw error;
      }
    });
    found.push(...breaches.flat());
  }
  return found;
}

/** What a workflow returned, compared with the status of its row; a pass is used up after its workflow has ended. */
export function resultBreach(id: string, status: string, result: unknown): Breach[] {
  if (result === status || (result === 'AVAILABLE' && status === 'USED')) return [];
  return [{ id, breach: `${id} is ${status}, and its workflow said ${String(result)}` }];
}

/** Whether a workflow runs for a thing in that status. */
export const isOpenStatus = (id: string, status: string): boolean =>
  kindOf(id)?.unfinished.includes(status) ?? false;

async function statusesOf(db: Knex, table: string, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db(table)
    .whereRaw('id = ANY(?)', [[...ids]])
    .select<{ id: string; status: string }[]>('id', 'status');
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** What was terminated by hand is no failure of its own: what it leaves open is another law's. */
const FAILURES = ['FAILED', 'TIMED_OUT', 'CANCELLED'];

async function failing(temporal: Client, workflows: ReadonlyMap<string, string>): Promise<Breach[]> {
  const failed = [...workflows].filter(([, status]) => FAILURES.includes(status));
  const running = [...workflows].flatMap(([id, status]) => (status === 'RUNNING' ? [id] : []));
  const stuck = await inGroups(running, async (id) => {
    const tries = (await stateOf(temporal, id))?.taskTries ?? 0;
    return tries > TASK_TRIES_AT_MOST ? [{ id, breach: `${id} has failed its task ${tries - 1} times` }] : [];
  });
  return [...failed.map(([id, status]) => ({ id, breach: `${id} has ended as ${status}` })), ...stuck.flat()];
}
