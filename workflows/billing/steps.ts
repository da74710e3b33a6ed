import type { BillingActivities } from '../../activities/billing/activities';
import { untilDone } from '../services';

/** Billing may be down for hours: what it is asked for waits. */
export const billing = untilDone<BillingActivities>('billing');
