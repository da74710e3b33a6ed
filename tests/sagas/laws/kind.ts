import type { Stage } from '../stage';

/** What the engine says of a workflow. */
export interface Told {
  status: string;
  /** What the workflow returned. */
  result: unknown;
}

/** What is known of the things of one kind, and how they may lawfully be. */
export interface Kind {
  /** How it stands in its own table; undefined where there is no trace of it. */
  statusOf: (stage: Stage, id: string) => Promise<string | undefined>;
  /** Whether it may wait like this for a customer, its workflow still running. */
  waits: (stage: Stage, id: string, cancelled: boolean) => Promise<boolean>;
  /** What is wrong with it, wherever it is written down. */
  breaches: (stage: Stage, id: string, workflow: Told) => Promise<string[]>;
}

/** Collects what is wrong with a thing that stands so. */
export function breachesOf(status: string) {
  const found: string[] = [];
  const must = (holds: boolean, breach: string) => holds || found.push(`${status}, but ${breach}`);
  return { found, must };
}

/** What the transfers about a thing moved, in order: from where to where. */
export async function movedBy({ db }: Stage, id: string): Promise<string> {
  const transfers = await db('payment.transfers')
    .where({ business_id: id })
    .orderBy('position')
    .select<{ from_account: string; to_account: string }[]>('from_account', 'to_account');
  const kindOf = (account: string) => account.split(':')[0];
  return transfers.map((one) => `${kindOf(one.from_account)} ${kindOf(one.to_account)}`).join();
}

/** The bank's truth about a thing, in order: capture, refund. */
export async function bankOn({ provider }: Stage, id: string): Promise<string> {
  return (await provider.statementOf(id)).map(({ kind }) => kind).join();
}

/** What was told of a thing, in order, without the names of the domains. */
export async function toldOf({ db }: Stage, outbox: string, subject: string): Promise<string> {
  const types = await db(outbox).where({ subject }).orderBy('position').pluck<string[]>('type');
  return types.map((type) => type.split('.')[1]).join();
}

export async function columnOf(
  { db }: Stage,
  table: string,
  id: string,
  column = 'status',
): Promise<string | undefined> {
  const row = await db(table).where({ id }).first<Record<string, string> | undefined>(column);
  return row?.[column];
}
