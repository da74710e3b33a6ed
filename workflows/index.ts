/** Every workflow that a worker can run; the bundle is made from here. */
export { answer } from './answer';
export { convertPoints } from './bike/convert-points';
export { rentBike } from './bike/rent-bike';
export { reportBike } from './bike/report-bike';
export { findCourier } from './delivery/find-courier';
export { orderFood } from './food/order-food';
export { buyPass } from './kickboard/buy-pass';
export { rideKickboard } from './kickboard/ride-kickboard';
export { bookSeats } from './movie/book-seats';
export {
  clearDifference,
  closeUndo,
  followDispute,
  followLateRefund,
  followNotice,
  giveLateCaptureBack,
  reconcile,
  replaceFailedRefund,
  settleLostRefund,
} from './payment/reconcile';
export { recoverPayments } from './payment/recover';
export { topUp } from './payment/top-up';
export { recover } from './recover';
