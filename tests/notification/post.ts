import type { Knex } from 'knex';
import { until } from '../../engine/wait';
import type { TestStack } from '../test-stack';

interface Told {
  type: string;
  subject?: string;
  customer?: string;
  data?: object;
}

/** Tells these in one transaction, as their domain would; so they come in one batch. @returns the events' ids */
export async function tell({ db }: TestStack, ...events: Told[]): Promise<string[]> {
  return db.transaction(async (tx: Knex) => {
    const ids: string[] = [];
    for (const { type, subject = 'top_1', customer = null, data = { amount: 30_000 } } of events) {
      const domain = type.split('.')[0];
      const [row] = await tx(`${domain}.outbox`)
        .insert({ type, subject, customer, data: JSON.stringify(data) })
        .returning<{ position: number }[]>('position');
      ids.push(`${domain}/${row!.position}`);
    }
    return ids;
  });
}

export interface Delivery {
  id: string;
  status: string;
  attempts: number;
  last_error: string | null;
}

export const deliveriesOf = ({ db }: TestStack, event_id: string): Promise<Delivery[]> =>
  db('notification.deliveries').where({ event_id }).orderBy('number').select<Delivery[]>();

/** Waits until all deliveries of the event are so. */
export async function become(stack: TestStack, eventId: string, status: string): Promise<Delivery[]> {
  let all: Delivery[] = [];
  await until(
    async () => {
      all = await deliveriesOf(stack, eventId);
      return all.length > 0 && all.every((one) => one.status === status);
    },
    { withinMs: 20_000, everyMs: 50 },
  );
  expect(all.map((one) => one.status)).toEqual(all.map(() => status));
  return all;
}

/** Waits until a try has failed so often. */
export const failedTries = (stack: TestStack, eventId: string, tries: number): Promise<boolean> =>
  until(async () => ((await deliveriesOf(stack, eventId))[0]?.attempts ?? 0) >= tries, {
    withinMs: 20_000,
    everyMs: 50,
  });

/** Lets what waits for its next try be due. @param tries that it is to have had */
export async function hasten({ db }: TestStack, tries?: number): Promise<void> {
  await db.raw(
    `SELECT notification_jobs.reschedule_jobs(array_agg(id), run_at => now(), attempts => CAST(? AS smallint))
     FROM notification_jobs.jobs WHERE locked_at IS NULL`,
    [tries ?? null],
  );
}
