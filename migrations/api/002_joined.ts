import type { Knex } from 'knex';

/** A key that someone else has asked under meanwhile is not free before its time is up. */
export async function up(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE api.idempotency ADD joined boolean NOT NULL DEFAULT false');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE api.idempotency DROP joined');
}
