import { until } from '../../engine/wait';
import type { TestStack } from '../test-stack';

/**
 * Waits until a booking's workflow has ended, or waits for its customer with nothing under way.
 * @returns what its workflow came to: its result, "RUNNING" while it stands, or what keeps it from resting
 */
export async function restOf(stack: TestStack, id: string, withinMs = 60_000): Promise<string> {
  const workflow = (await stack.temporal).workflow.getHandle(id);
  let state = 'never started';
  await until(
    async () => {
      const { status, raw } = await workflow.describe();
      const activities = raw.pendingActivities?.map(({ activityType }) => activityType?.name) ?? [];
      const underWay = [...(raw.pendingWorkflowTask ? ['a task'] : []), ...activities];
      state = [status.name, ...underWay].join(', ');
      if (status.name !== 'RUNNING') return true;
      // A step that waits to be tried again is nowhere to be seen; only a booking that stands may just wait.
      return underWay.length === 0 && (await statusOf(stack, id)) === 'BOOKED';
    },
    { withinMs, everyMs: 250 },
  );
  return state === 'COMPLETED' ? String(await workflow.result()) : state;
}

/** The status of a booking as the database has it. */
export async function statusOf({ db }: TestStack, id: string): Promise<string | undefined> {
  const row = await db('movie.bookings').where({ id }).first<{ status: string } | undefined>('status');
  return row?.status;
}

/** The one booking that a customer tried to make, but for tries that were turned away before it. */
export async function bookingOf({ db }: TestStack, customer: string): Promise<string> {
  const rows = await db('movie.bookings')
    .where({ customer })
    .orderBy('id', 'desc')
    .select<{ id: string; failure: string | null }[]>('id', 'failure');
  const [last, ...before] = rows;
  if (!last || before.some(({ failure }) => failure === null))
    throw new Error(`${rows.length} bookings of ${customer}`);
  return last.id;
}

/** Waits for a ticket, as a customer who has booked would. */
export async function ticketIssued({ db }: TestStack, id: string, withinMs = 30_000): Promise<void> {
  const issued = () => db('movie.bookings').where({ id, ticket: 'ISSUED' }).first<object | undefined>();
  if (!(await until(async () => (await issued()) !== undefined, { withinMs, everyMs: 50 })))
    throw new Error(`no ticket for ${id}`);
}
