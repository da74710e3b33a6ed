import knex, { type Knex } from 'knex';
import pg from 'pg';

// Whole KRW and counts are far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** A pool of at most `connections` to one domain's database. */
export function connect(url: string, connections: number): Knex {
  return knex({
    client: 'pg',
    connection: { connectionString: url, connectionTimeoutMillis: 2_000, keepAlive: true },
    pool: { min: 0, max: connections },
    acquireConnectionTimeout: 3_000,
  });
}
