import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Decision } from './contract';

/** Sent with the start: answers when the deposit is credited, fails with the reason when it is not. */
export const toppedUp = defineUpdate<void>('toppedUp');

/** The refund of a cancel that had been given up on was made after all (P6). */
export const refundedLate = defineSignal('refundedLate');

/** What an operator decided about money that is stuck in this saga (P4). Answers when that has been carried out. */
export const decide = defineUpdate<void, [Decision]>('decide');
