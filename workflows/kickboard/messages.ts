import { defineUpdate } from '@temporalio/workflow';
import type { BringBack } from '../hire';

/** Sent with the start: answers when the pass is paid, fails with the reason when it is not. */
export const passBought = defineUpdate<void>('passBought');
/** Sent with the start: answers when the customer may ride, fails with the reason when not. */
export const rideBegun = defineUpdate<void>('rideBegun');
/** The kickboard is free again (K3). */
export const returnKickboard = defineUpdate<void, [BringBack]>('returnKickboard');
