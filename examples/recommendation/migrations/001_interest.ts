import type { Knex } from 'knex';
import { createCheckpoints, dropCheckpoints } from '../../../migrations/checkpoints';

export async function up(db: Knex): Promise<void> {
  await createCheckpoints(db, 'recommendation');
  await db.raw(`
    CREATE TABLE recommendation.interest (
      customer text NOT NULL,
      film text NOT NULL,
      -- How many of the customer's bookings of the film stand.
      bookings integer NOT NULL CHECK (bookings >= 0),
      PRIMARY KEY (customer, film)
    );
    CREATE INDEX interest_in_a_film ON recommendation.interest (film) WHERE bookings > 0;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP TABLE recommendation.interest');
  await dropCheckpoints(db, 'recommendation');
}
