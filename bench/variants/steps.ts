import { Pool } from 'pg';

/** A booking of one seat, without anything that Haru has around it. */
export interface Order {
  id: string;
  seat: string;
  /** Whole KRW. */
  amount: number;
}

export const TABLES = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.bookings (
    id text PRIMARY KEY, seat text NOT NULL UNIQUE, amount bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('PENDING', 'BOOKED', 'FAILED')));
  CREATE TABLE shop.charges (
    booking_id text PRIMARY KEY, charge_id text NOT NULL, amount bigint NOT NULL);`;

const HOLD = `INSERT INTO shop.bookings (id, seat, amount, status) VALUES ($1, $2, $3, 'PENDING')
  ON CONFLICT (id) DO NOTHING`;
const NOTE_CHARGE = `INSERT INTO shop.charges (booking_id, charge_id, amount) VALUES ($1, $2, $3)
  ON CONFLICT (booking_id) DO NOTHING`;
const CONFIRM = `UPDATE shop.bookings SET status = 'BOOKED' WHERE id = $1 AND status = 'PENDING'`;
const FREE = `UPDATE shop.bookings SET status = 'FAILED' WHERE id = $1 AND status = 'PENDING'`;

/** What can be asked of a pool and within a transaction. */
type Queryable = Pick<Pool, 'query'>;

export const poolOf = (url: string): Pool => new Pool({ connectionString: url, max: 20 });

/** The three steps of a booking, each of which may be run again. Every variant but Haru takes exactly these. */
export const createSteps = (db: Queryable, providerUrl: string) => ({
  async hold({ id, seat, amount }: Order): Promise<void> {
    await db.query(HOLD, [id, seat, amount]);
  },

  async charge({ id, amount }: Order): Promise<void> {
    const answer = await fetch(`${providerUrl}/charges`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': id },
      body: JSON.stringify({ amount, currency: 'KRW', token: 'tok_ok' }),
    });
    const { id: chargeId } = (await answer.json()) as { id: string };
    if (answer.status !== 201) throw new Error(`the provider answered ${answer.status}`);
    await noteCharge(db, id, chargeId, amount);
  },

  async confirm({ id }: Order): Promise<void> {
    await db.query(CONFIRM, [id]);
  },

  async free({ id }: Order): Promise<void> {
    await db.query(FREE, [id]);
  },
});

export type Steps = ReturnType<typeof createSteps>;

/** The same statements in one transaction, nobody charged: less does not hold. */
export async function bookAtOnce(pool: Pool, { id, seat, amount }: Order): Promise<void> {
  const db = await pool.connect();
  try {
    await db.query('BEGIN');
    await db.query(HOLD, [id, seat, amount]);
    await noteCharge(db, id, `none-${id}`, amount);
    await db.query(CONFIRM, [id]);
    await db.query('COMMIT');
  } finally {
    db.release();
  }
}

const noteCharge = (db: Queryable, id: string, chargeId: string, amount: number) =>
  db.query(NOTE_CHARGE, [id, chargeId, amount]);
