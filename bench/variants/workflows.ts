import {
  allHandlersFinished,
  condition,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import type { Order, Steps } from './steps';

export const booked = defineUpdate<void>('booked');

const regular = proxyActivities<Steps>({ startToCloseTimeout: '10s' });

/** Temporal's textbook: each step an activity on one queue, one start and one result. */
export async function textbookBooking(order: Order): Promise<void> {
  await regular.hold(order);
  try {
    await regular.charge(order);
  } catch (error) {
    await regular.free(order);
    throw error;
  }
  await regular.confirm(order);
}

const own = proxyLocalActivities<Steps>({ startToCloseTimeout: '2s' });
const payment = proxyActivities<Pick<Steps, 'charge'>>({
  taskQueue: 'bare-payment',
  startToCloseTimeout: '2s',
  retry: { maximumAttempts: 1 },
});

/** Haru's shape without Haru: own steps here and now, the charge on another queue, the answer by an update. */
export async function bareBooking(order: Order): Promise<void> {
  let isBooked = false;
  setHandler(booked, async () => {
    await condition(() => isBooked);
  });
  await own.hold(order);
  try {
    await payment.charge(order);
  } catch (error) {
    await own.free(order);
    throw error;
  }
  await own.confirm(order);
  isBooked = true;
  await condition(allHandlersFinished);
}
