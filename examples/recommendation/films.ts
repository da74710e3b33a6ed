import type { Knex } from 'knex';

const AT_MOST = 10;

export interface Film {
  movieName: string;
  /** How many customers of those asked about have it. */
  customers: number;
}

/** What those who booked the same films booked too, and the customer has not; the most frequent first. */
export async function filmsOfTheAlike(db: Knex, customer: string): Promise<Film[]> {
  const { rows } = await db.raw<{ rows: Film[] }>(
    `WITH standing AS (SELECT customer, film FROM recommendation.interest WHERE bookings > 0),
       mine AS (SELECT film FROM standing WHERE customer = :customer),
       alike AS (SELECT DISTINCT customer FROM standing JOIN mine USING (film) WHERE customer <> :customer)
     SELECT film AS "movieName", count(*) AS customers FROM standing JOIN alike USING (customer)
     WHERE film NOT IN (SELECT film FROM mine)
     GROUP BY film ORDER BY customers DESC, film LIMIT :most`,
    { customer, most: AT_MOST },
  );
  return rows;
}

/** What most customers booked, and this one has not. */
export async function popularFilms(db: Knex, customer: string): Promise<Film[]> {
  const { rows } = await db.raw<{ rows: Film[] }>(
    `SELECT film AS "movieName", count(*) AS customers FROM recommendation.interest i
     WHERE bookings > 0 AND NOT EXISTS (SELECT FROM recommendation.interest mine
       WHERE mine.customer = :customer AND mine.film = i.film AND mine.bookings > 0)
     GROUP BY film ORDER BY customers DESC, film LIMIT :most`,
    { customer, most: AT_MOST },
  );
  return rows;
}

/** Every film that is booked, with how often and by how many. */
export async function bookedFilms(db: Knex): Promise<(Film & { bookings: number })[]> {
  const { rows } = await db.raw<{ rows: (Film & { bookings: number })[] }>(
    `SELECT film AS "movieName", count(*) AS customers, sum(bookings) AS bookings FROM recommendation.interest
     WHERE bookings > 0 GROUP BY film ORDER BY bookings DESC, film`,
  );
  return rows;
}
