import { until } from '../../engine/wait';
import type { TestStack } from '../test-stack';

/** As many as a service has connections for, or nearly. */
const AT_THE_GATE = 8;

/**
 * Everyone asks at once: nobody writes to the table until as many as can have seen what they want there for the taking.
 */
export async function atOnce<T>({ db }: TestStack, table: string, ask: () => Promise<T>[]): Promise<T[]> {
  const gate = await db.transaction();
  await gate.raw(`LOCK TABLE ${table} IN SHARE MODE`);
  const asked = ask();
  const waiting = async () => {
    const { rows } = await db.raw<{ rows: object[] }>(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length >= Math.min(asked.length, AT_THE_GATE);
  };
  // Fewer come where the others wait for their turn before it.
  await until(waiting, { withinMs: 1_000, everyMs: 20 });
  await gate.commit();
  return Promise.all(asked);
}
