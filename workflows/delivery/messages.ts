import { defineSignal } from '@temporalio/workflow';

/** A courier has taken the delivery that was offered, or declined it. */
export const courierAnswered = defineSignal('courierAnswered');
