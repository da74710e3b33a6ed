import { defineUpdate } from '@temporalio/workflow';
import type { BringBack } from '../hire';

/** Sent with the start: answers when the bike is the customer's, fails with the reason when it is not. */
export const bikeRented = defineUpdate<void>('bikeRented');
/** The bike is free again (B3). */
export const returnBike = defineUpdate<void, [BringBack]>('returnBike');
/** Sent with the start: answers when the report is applied and its points are earned. */
export const bikeReported = defineUpdate<void>('bikeReported');
/** Sent with the start: answers when the points are deposit, fails with the reason when they are not. */
export const pointsConverted = defineUpdate<void>('pointsConverted');
