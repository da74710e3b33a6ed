import type { PaymentActivities } from '../../activities/payment/activities';
import { once, promptly, promptlyHere, untilDone, untilDoneHere } from '../services';

/** The payment service's steps as other services' sagas use them: at once or not at all, and for as long as it takes. */
export const payment = promptly<PaymentActivities>('payment');
/** Tried once, whenever it is taken up. */
export const paymentOnce = once<PaymentActivities>('payment');
export const paymentUntilDone = untilDone<PaymentActivities>('payment');
/** While a customer waits: a refund's fate is decided 10 s after it was asked for, and an answer waits 15 s. */
export const paymentWhileWaitedFor = untilDone<PaymentActivities>('payment', { atMost: '2s', takes: '3s' });

/** And as its own sagas do. */
export const paymentHere = promptlyHere<PaymentActivities>('payment');
export const paymentUntilDoneHere = untilDoneHere<PaymentActivities>('payment');
