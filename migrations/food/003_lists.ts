import type { Knex } from 'knex';

/** Lists of orders. */
export async function up(db: Knex): Promise<void> {
  await db.raw('CREATE INDEX orders_of_a_customer ON food.orders (customer, id DESC)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX food.orders_of_a_customer');
}
