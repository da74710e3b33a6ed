import type { Service } from '../config';

/** A change of a row's status. */
interface Transition<Status extends string, Failure extends string> {
  /** null: there is no row yet. */
  from: readonly (NoInfer<Status> | null)[];
  to: Status;
  /** Its event in the catalogue; refusals of what never was are not told. */
  tells?: string;
  /** Why it is refused in other statuses, where that has a name of its own: else `conflict`. */
  refused?: { readonly [S in Status]?: Failure };
}

interface Table<Status extends string, Act extends string, Failure extends string> {
  /** In its domain's schema. */
  table: `${Service}.${string}`;
  /** The column with its workflow's id: `id` unless said. */
  workflow?: string;
  /** Statuses in which its workflow must be running; in the others nothing is left to do. */
  unfinished: readonly NoInfer<Status>[];
  /** The transitions, by the act that makes them. */
  acts: Readonly<Record<Act, Transition<Status, Failure>>>;
}

/** The statuses of a kind of row and the transitions between them: the one place that knows them. */
export interface Lifecycle<
  Status extends string = string,
  Act extends string = string,
  Failure extends string = string,
> extends Required<Table<Status, Act, Failure>> {
  domain: Service;
  statuses: readonly Status[];
}

export function lifecycle<
  const Status extends string,
  const Act extends string,
  const Failure extends string = never,
>(table: Table<Status, Act, Failure>): Lifecycle<Status, Act, Failure> {
  const transitions: Transition<Status, Failure>[] = Object.values(table.acts);
  return {
    workflow: 'id',
    ...table,
    domain: table.table.split('.')[0] as Service,
    statuses: [...new Set(transitions.map(({ to }) => to))],
  };
}

/** Why the act is refused in that status, or undefined when it is not. */
export function refusedIn<Status extends string, Act extends string, Failure extends string>(
  { acts }: Lifecycle<Status, Act, Failure>,
  act: Act,
  status: Status,
): Failure | 'conflict' | undefined {
  const { from, refused } = acts[act];
  return from.includes(status) ? undefined : (refused?.[status] ?? 'conflict');
}
