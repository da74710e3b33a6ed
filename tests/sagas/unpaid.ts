import type { Knex } from 'knex';
import { until } from '../../engine/wait';

/** Where payment is on its way to leave a bill unpaid: about to write it down, and about to try once more. */
export type Moment = 'INSERT' | 'DELETE';

/** Lets a test step in between the two tries to pay a bill, which are one step of the saga. */
export async function holdable(db: Knex): Promise<void> {
  await db.raw(`
    CREATE FUNCTION payment.hold() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext(TG_OP || COALESCE(NEW.rental_id, OLD.rental_id)));
      RETURN COALESCE(NEW, OLD);
    END
    $$;
    CREATE TRIGGER hold BEFORE INSERT OR DELETE ON payment.unpaid_bills
      FOR EACH ROW EXECUTE FUNCTION payment.hold();
  `);
}

/** Does something while payment stands still at that moment. @param reach brings it there */
export async function heldAt(
  db: Knex,
  moment: Moment,
  rental: string,
  reach: () => Promise<unknown>,
  act: () => Promise<unknown>,
): Promise<void> {
  await db.transaction(async (holder) => {
    await holder.raw('SELECT pg_advisory_xact_lock(hashtext(?))', [moment + rental]);
    await reach();
    const waits = async () => {
      const { rows } = await db.raw<{ rows: object[] }>(
        `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database =
           (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return rows.length > 0;
    };
    if (!(await until(waits, { withinMs: 10_000, everyMs: 20 })))
      throw new Error(`no ${moment} of ${rental}`);
    await act();
  });
}
