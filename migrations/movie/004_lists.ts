import type { Knex } from 'knex';

/** The staff's list of bookings by status. */
export async function up(db: Knex): Promise<void> {
  await db.raw('CREATE INDEX bookings_by_status ON movie.bookings (status, id DESC)');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX movie.bookings_by_status');
}
