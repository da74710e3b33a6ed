import type { Knex } from 'knex';

/** Lists of rentals. */
export async function up(db: Knex): Promise<void> {
  await db.raw('CREATE INDEX rentals_of_a_customer ON bike.rentals (customer, id DESC)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX bike.rentals_of_a_customer');
}
