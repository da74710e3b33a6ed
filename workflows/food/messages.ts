import { defineUpdate } from '@temporalio/workflow';
import type { Ask } from '../saga';

/** A courier has brought the order. */
export interface Brought extends Ask {
  courier: string;
}

/** Sent with the start: answers when the order is taken, fails with the reason when it is not. */
export const orderTaken = defineUpdate<void>('orderTaken');
/** Gives the money back, or never takes it, and calls the delivery off (F3). */
export const cancelOrder = defineUpdate<void, [Ask]>('cancelOrder');
/** The delivery is completed (F2). */
export const completeDelivery = defineUpdate<void, [Brought]>('completeDelivery');
