import { until } from '../../../engine/wait';
import { type Change, copy, set, sql } from '../change';
import type { Breaches } from './table';

/** A workflow that ends as TIMED_OUT, as no worker takes it up; undone by a newer run, as the newest counts. */
const timedOut = (workflowId: string): Change => ({
  words: workflowId,
  make: async ({ temporal }) => {
    const { workflow } = await temporal;
    const ended = (status: string) =>
      until(
        async () => {
          const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = '${status}'`;
          return (await workflow.count(query)).count === 1;
        },
        { withinMs: 20_000, everyMs: 50 },
      );
    const nowhere = { workflowId, taskQueue: 'nowhere' };
    await workflow.start('nothing', { ...nowhere, workflowExecutionTimeout: 1_000 });
    expect(await ended('TimedOut')).toBe(true);
    return async () => {
      await (await workflow.start('nothing', nowhere)).terminate();
      expect(await ended('Terminated')).toBe(true);
    };
  },
});

/** What is answered under a key, and what workflows do, beside the rows. */
export const WORKFLOWS: Breaches = {
  'answered-exists': {
    'a booking is answered with 201, and not there': [
      'bkg_none',
      copy('api.idempotency', { thing_id: ':toldBooking' }, { key: 'none', thing_id: 'bkg_none' }),
    ],
  },
  'open-has-workflow': {
    'an order is under way, and no workflow runs': [
      'ord_alone',
      copy('food.orders', { id: ':order' }, { id: 'ord_alone', delivery_id: 'dlv_alone' }),
    ],
    'a booking stands, and no workflow runs': [
      'bkg_alone',
      copy('movie.bookings', { id: ':toldBooking' }, { id: 'bkg_alone' }),
    ],
    'a bill is unpaid, and its workflow has ended': [
      ':rental',
      set('billing.bills', { id: ':bill' }, { status: 'UNPAID' }),
    ],
  },
  'workflow-has-open': {
    'a booking has ended, and its workflow waits': [
      ':toldBooking',
      set('movie.bookings', { id: ':toldBooking' }, { status: 'NO_SHOW' }),
    ],
    'a ride has ended, and its workflow waits': [
      ':ride',
      set(
        'kickboard.rides',
        { id: ':ride' },
        { status: 'RETURNED', ended_at: sql(`now() + interval '1 minute'`) },
      ),
    ],
    'an order has ended, and its workflow waits': [
      ':order',
      set('food.orders', { id: ':order' }, { status: 'DELIVERED' }),
    ],
    'a bill is closed, and its workflow waits': [
      ':unpaidRental',
      set('billing.bills', { id: ':unpaidBill' }, { status: 'CLOSED' }),
    ],
  },
  'workflow-result': {
    'a collected booking is a no-show': [
      ':collected',
      set('movie.bookings', { id: ':collected' }, { status: 'NO_SHOW' }),
    ],
    'a report that was applied is refused': [
      ':report',
      set('bike.reports', { id: ':report' }, { status: 'REFUSED', failure: 'conflict' }),
    ],
  },
  'workflow-tasks': {
    'a workflow ends in a failure': ['bkg_late', timedOut('bkg_late')],
  },
};
