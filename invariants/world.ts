import { Client, Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import { connect, CONNECT_UNHURRIED_MS } from '../activities/database';
import type { PaymentProvider } from '../activities/payment/provider';
import { providerOf } from '../activities/payment/provider-choice';
import { type Config, type Domain, DOMAINS } from '../config';

type Database = Domain | 'views' | 'notification' | 'api';
const NAMES: readonly Database[] = [...DOMAINS, 'views', 'notification', 'api'];

/** One connection reads pages in a transaction while others read the events that they are made of. */
const CONNECTIONS = 3;
/** A law may read a whole table, and rest between two statements while it reads another database; it locks nothing. */
const SETTINGS = {
  name: 'haru audit',
  idleAtMostMs: 120_000,
  transactionAtMostMs: 600_000,
  connectWithinMs: CONNECT_UNHURRIED_MS,
};

/** Everything that a law may read: each domain's database, the engine, and the provider's statement. */
export class World {
  private constructor(
    readonly databases: Readonly<Record<Database, Knex>>,
    /** One connection to the payment database, which holds the provider's statement in a temporary table. */
    readonly statement: Knex,
    readonly provider: PaymentProvider,
    readonly temporal: Client,
    private readonly pools: readonly Knex[],
  ) {}

  static async open(config: Config): Promise<World> {
    const pools = new Map<string, Knex>();
    const poolOf = (url: string) => {
      const pool = pools.get(url) ?? connect(url, CONNECTIONS, SETTINGS);
      pools.set(url, pool);
      return pool;
    };
    const databases = Object.fromEntries(NAMES.map((name) => [name, poolOf(config.databases[name])]));
    const statement = connect(config.databases.payment, 1, SETTINGS);
    const connection = await Connection.connect({ address: config.temporal.address });
    return new World(
      databases as Record<Database, Knex>,
      statement,
      await providerOf(config),
      new Client({ connection, namespace: config.temporal.namespace }),
      [...pools.values(), statement],
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.map((pool) => pool.destroy()), this.temporal.connection.close()]);
  }
}
