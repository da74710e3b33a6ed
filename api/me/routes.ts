import { z } from 'zod';
import { endpoint, type Api } from '../endpoint';
import { bookingView, BookingView } from '../movie/views';
import { DepositView } from '../payment/deposits';

const NEWEST = 10;

const MePage = z
  .strictObject({ customer: z.string(), deposit: DepositView, bookings: z.array(BookingView) })
  .meta({ id: 'MePage' });

/** Seeds 003 and 004: a customer sees the state of their bookings and deposit on one page. */
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
      const { user: customer } = caller;
      const [balance, bookings] = await Promise.all([
        api.deps.pages.deposit(customer),
        api.deps.pages.bookings({ customer, limit: NEWEST }),
      ]);
      return { status: 200, body: { customer, deposit: { balance }, bookings: bookings.map(bookingView) } };
    },
  );
}
