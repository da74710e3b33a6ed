/** Every workflow that a worker can run; the bundle is made from here. */
export { bookSeats } from './movie/book-seats';
export { clearDifference, giveLateCaptureBack, reconcile } from './payment/reconcile';
export { topUp } from './payment/top-up';
