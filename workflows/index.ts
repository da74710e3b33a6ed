/** Every workflow that a worker can run; the bundle is made from here. */
export { bookSeats } from './movie/book-seats';
export { topUp } from './payment/top-up';
