import type { Knex } from 'knex';

/** What is ordered before it is paid may be sent to the provider more than once, under its one key (seed 002, F1). */
export async function up(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE payment.charges ADD tries integer NOT NULL DEFAULT 1');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE payment.charges DROP tries');
}
