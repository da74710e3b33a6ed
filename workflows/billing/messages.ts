import { defineSignal } from '@temporalio/workflow';

/** There is more in the deposit than before: a bill that it could not pay may be paid now (B5). */
export const depositRaised = defineSignal('depositRaised');
