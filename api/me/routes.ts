import { z } from 'zod';
import { endpoint, type Api } from '../endpoint';
import { bookingView, BookingView } from '../movie/views';
import { rentalView, RentalView } from '../bike/views';
import { orderView, OrderView } from '../food/views';
import { passView, PassView, rideView, RideView } from '../kickboard/views';
import { DepositView } from '../payment/deposits';

const NEWEST = 10;

const MePage = z
  .strictObject({
    customer: z.string(),
    deposit: DepositView,
    bookings: z.array(BookingView),
    passes: z.array(PassView),
    rides: z.array(RideView),
    rentals: z.array(RentalView),
    orders: z.array(OrderView),
  })
  .meta({ id: 'MePage' });

/** Seeds 000, 002, 003 and 004: a customer sees the state of everything of theirs on one page. */
export function meRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/me',
      summary: "The customer's page: the newest of everything",
      tag: 'Me',
      who: 'signed-in',
      answers: { 200: MePage },
    },
    async ({ caller }) => {
      const { user: customer, locale } = caller;
      const { pages } = api.deps;
      const [balance, bookings, passes, rides, rentals, orders] = await Promise.all([
        pages.deposit(customer),
        pages.bookings({ customer, limit: NEWEST }),
        pages.passes(customer, NEWEST),
        pages.rides({ customer, limit: NEWEST }),
        pages.rentals({ customer, limit: NEWEST }),
        pages.orders({ customer, limit: NEWEST }),
      ]);
      const body = {
        customer,
        deposit: { balance },
        bookings: bookings.map(bookingView),
        passes: passes.map(passView),
        rides: rides.map(rideView),
        rentals: rentals.map((row) => rentalView(row, row, locale)),
        orders: orders.map(orderView),
      };
      return { status: 200, body };
    },
  );
}
