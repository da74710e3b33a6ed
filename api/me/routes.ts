import { z } from 'zod';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import { bookingView, BookingView } from '../movie/views';
import { rentalView, RentalView } from '../bike/views';
import { orderView, OrderView } from '../food/views';
import { courseView, CourseView } from '../course/views';
import { passView, PassView, rideView, RideView } from '../kickboard/views';
import { DepositView } from '../payment/deposits';
import { Problem } from '../problems';
import { Instant } from '../schemas';
import { NoAnswer } from '../reach';

const NEWEST = 10;
/** The page does not wait for courses as long as they might be waited for. */
const COURSES_WITHIN_MS = 1_000;

const MePage = z
  .strictObject({
    customer: z.string(),
    asOf: Instant.meta({
      description: 'The page shows all that had happened until then; now, unless what tells it is behind',
    }),
    deposit: DepositView,
    bookings: z.array(BookingView),
    passes: z.array(PassView),
    rides: z.array(RideView),
    rentals: z.array(RentalView),
    orders: z.array(OrderView),
    bookmarks: z
      .array(CourseView)
      .nullable()
      .meta({ description: 'The courses; null while courses are out of reach' }),
  })
  .meta({ id: 'MePage' });

/** Seeds 000 to 004: a customer sees the state of everything of theirs on one page. */
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
      const [page, bookmarks] = await Promise.all([
        api.deps.pages.ofCustomer(customer, NEWEST),
        bookmarksOf(api.deps, customer),
      ]);
      const { balance, bookings, passes, rides, rentals, orders, missingSince } = page;
      const body = {
        customer,
        asOf: (missingSince ?? new Date()).toISOString(),
        deposit: { balance },
        bookings: bookings.map(bookingView),
        passes: passes.map(passView),
        rides: rides.map(rideView),
        rentals: rentals.map((row) => rentalView(row, row, locale)),
        orders: orders.map((order) => orderView(order, order.delivery)),
        bookmarks,
      };
      return { status: 200, body };
    },
  );
}

/** Courses are of no workflow and have no view: they are read where they are, and may be away. */
async function bookmarksOf(
  { courseGate, courseReads }: Deps,
  customer: string,
): Promise<z.output<typeof CourseView>[] | null> {
  try {
    const courses = await courseGate.ask(
      () => courseReads.bookmarks(customer, NEWEST),
      Date.now() + COURSES_WITHIN_MS,
    );
    return courses.map(courseView);
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof Problem) return null;
    throw error;
  }
}
