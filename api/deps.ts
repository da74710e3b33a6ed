import type { Client, Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config';
import type { Domain } from '../domains';
import type { Manifests } from '../manifests/all';
import type { Pages } from '../views/pages';
import type { Audience } from './notification/audience';
import type { Idempotency } from './idempotency';
import type { Presence } from './presence';
import type { Sagas } from './sagas';

/** What each domain's stores are made of. */
export interface Stocked {
  config: Config;
  /** Domains that share a URL share a pool. */
  databases: Record<keyof Config['databases'], Knex>;
}

/** What the routes of any domain work with; wired by hand in api/main.ts. */
interface Central extends Stocked {
  log: Logger;
  /** Where parts of the API register what /metrics tells. */
  metrics: Registry;
  /** Aborted once the process is asked to stop: /readyz says 503, streams end. */
  stopping: AbortSignal;
  connection: Connection;
  temporal: Client;
  idempotency: Idempotency;
  sagas: Sagas;
  presence: Presence;
  pages: Pages;
  audience: Audience;
}

type StoresOf<M> = M extends { api: () => Promise<{ stores: (deps: Stocked) => infer Stores }> }
  ? Stores
  : never;
type All<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer Both) => void
  ? Both
  : never;

/** … with what each domain keeps. */
export type Deps = Central & All<{ [D in Domain]: StoresOf<Manifests[D]> }[Domain]>;
