import type { Knex } from 'knex';

/** Lists of passes and rides. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE INDEX passes_of_a_customer ON kickboard.passes (customer, id DESC);
    CREATE INDEX rides_of_a_customer ON kickboard.rides (customer, id DESC);
    CREATE INDEX rides_of_a_kickboard ON kickboard.rides (kickboard_id, id DESC);
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(
    'DROP INDEX kickboard.passes_of_a_customer, kickboard.rides_of_a_customer, kickboard.rides_of_a_kickboard',
  );
}
