import type { Knex } from 'knex';
import type { Wording } from '../activities/notification/wording';
import type { Stocked } from '../api/deps';
import type { Api } from '../api/endpoint';
import type { Offered, People } from '../api/examples';
import type { PageList } from '../api/page-list';
import type { Row } from '../api/problem-row';
import type { Config } from '../config';
import type { Entry } from '../events/shape';
import type { LawSet } from '../invariants/law';
import type { View } from '../views/view';
import type { Lifecycle } from '../workflows/lifecycle';

/** What the rest of Haru knows of a domain. What is a function loads code that one process alone needs. */
export interface Manifest {
  /** Every kind of row that a saga moves. */
  lifecycles?: readonly Lifecycle[];
  /** Where the things are that customers and staff make: prefix of their id → table. */
  tables: Readonly<Record<string, `${string}.${string}`>>;
  /** What is told, by name. */
  events: Readonly<Record<string, Entry>>;
  /** What customers are told of it. */
  wording: Wording<Readonly<Record<string, Entry>>>;
  /** The answers that are no success. */
  problems: Readonly<Record<string, Row>>;
  /** Read models for pages that join domains. */
  views: readonly View[];
  laws?: () => Promise<{ LAWS: readonly LawSet[] }>;
  api?: () => Promise<{
    /** What the routes of this domain, and of others, read and write. */
    stores: (deps: Stocked) => object;
    routes: (api: Api) => void;
    /** What of it is on the customer's page. */
    lists?: readonly PageList[];
    /** What of it examples can name. @param people whose things may be shown; in production nobody's are */
    offers?: (api: Api, people: People | undefined) => Promise<Offered>;
  }>;
}

/** A domain with a task queue. */
export interface ServiceManifest extends Manifest {
  /** Flows of others ask for its steps; it has no flow of its own. */
  stepsAlone?: true;
  activities: () => Promise<{ activitiesOn: (db: Knex, config: Config) => object | Promise<object> }>;
  /** Finds what has lost its workflow (P5). */
  recovery?: () => Promise<{ recoveryOn: (db: Knex, config: Config) => object }>;
  schedules?: readonly Schedule[];
}

/** What is done again and again. */
export interface Schedule {
  id: string;
  /** Name of the workflow's type. */
  workflow: string;
  /** Milliseconds; 0 is never. */
  every: (config: Pick<Config, 'recovery' | 'reconcileEveryMs'>) => number;
}

/** The look for what has lost its workflow. @param workflow the service's own, where it looks for more than that */
export const recovering = (service: string, workflow = 'recover'): Schedule => ({
  id: `recover-${service}`,
  workflow,
  every: ({ recovery }) => recovery.everyMs,
});
