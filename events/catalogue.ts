import type { z } from 'zod';
import {
  Bike,
  Bill,
  Booking,
  Bookmark,
  Charge,
  Comment,
  Course,
  Delivery,
  DepositMoved,
  Kickboard,
  Like,
  Menu,
  Order,
  Pass,
  PointConversion,
  PointCredit,
  Refund,
  Rental,
  Report,
  Review,
  Ride,
  Screening,
  Stuck,
  Ticket,
  TopUp,
} from './shapes';

interface Entry {
  /** Grows when a field goes or changes its meaning; a new field alone changes nothing. */
  version: number;
  what: string;
  /** The thing as it is after the event. */
  data: z.ZodType;
}

/** Everything that is told, by name: `movie.booked` is `haru.movie.booked.v1` to the world. */
export const CATALOGUE = {
  'movie.screening-added': { version: 1, what: 'A screening is on sale', data: Screening },
  'movie.held': { version: 1, what: 'Seats are held while they are paid for', data: Booking },
  'movie.booked': { version: 1, what: 'Seats are booked and paid', data: Booking },
  'movie.refused': { version: 1, what: 'A booking came to nothing; its seats are free', data: Booking },
  'movie.ticket-issued': { version: 1, what: 'The ticket is ready to be collected', data: Booking },
  'movie.collected': { version: 1, what: 'The ticket was handed out', data: Booking },
  'movie.cancelled': {
    version: 1,
    what: 'A booking was cancelled, and refunded unless that was written off',
    data: Booking,
  },
  'movie.no-show': { version: 1, what: 'Nobody came for the ticket', data: Booking },
  'movie.booking-recorded': {
    version: 1,
    what: 'A booking from before events, as it was then',
    data: Booking,
  },

  'boxoffice.issued': { version: 1, what: 'A ticket was printed', data: Ticket },
  'boxoffice.handed-out': { version: 1, what: 'The desk gave the ticket away', data: Ticket },
  'boxoffice.taken-back': { version: 1, what: 'A hand-out was undone', data: Ticket },
  'boxoffice.voided': { version: 1, what: 'A ticket is void for good', data: Ticket },
  'boxoffice.ticket-recorded': {
    version: 1,
    what: 'A ticket from before events, as it was then',
    data: Ticket,
  },

  'kickboard.registered': { version: 1, what: 'A kickboard can be ridden', data: Kickboard },
  'kickboard.removed': { version: 1, what: 'A kickboard was taken out of service', data: Kickboard },
  'kickboard.pass-opened': { version: 1, what: 'A pass is being paid for', data: Pass },
  'kickboard.pass-bought': { version: 1, what: 'A pass is paid and good for its rides', data: Pass },
  'kickboard.pass-refused': { version: 1, what: 'A pass was never paid', data: Pass },
  'kickboard.pass-used': { version: 1, what: 'A ride was taken from a pass', data: Pass },
  'kickboard.rented': { version: 1, what: 'A ride has begun', data: Ride },
  'kickboard.due': { version: 1, what: 'A kickboard should be back by now', data: Ride },
  'kickboard.missing': { version: 1, what: 'A kickboard is not back a day after it was due', data: Ride },
  'kickboard.returned': { version: 1, what: 'A kickboard is back', data: Ride },

  'bike.registered': { version: 1, what: 'A bike can be rented', data: Bike },
  'bike.rented': { version: 1, what: 'A rental has begun', data: Rental },
  'bike.returned': { version: 1, what: 'A bike is back', data: Rental },
  'bike.reported': { version: 1, what: 'A manager has reported on a bike', data: Report },
  'bike.points-taken': { version: 1, what: 'Points are being turned into money', data: PointConversion },
  'bike.points-converted': { version: 1, what: 'Points have become money', data: PointConversion },
  'bike.points-given-back': { version: 1, what: 'Points did not become money', data: PointConversion },

  'billing.opened': { version: 1, what: 'A rental has a bill', data: Bill },
  'billing.assessed': { version: 1, what: 'It is known what a rental costs', data: Bill },
  'billing.unpaid': { version: 1, what: 'The deposit holds too little for a bill', data: Bill },
  'billing.closed': { version: 1, what: 'A bill is paid', data: Bill },

  'food.menu-added': { version: 1, what: 'A dish can be ordered', data: Menu },
  'food.ordered': { version: 1, what: 'An order is taken; it is paid when payment answers', data: Order },
  'food.paid': { version: 1, what: 'An order is paid, and its delivery requested', data: Order },
  'food.delivering': { version: 1, what: 'The delivery of an order has begun', data: Order },
  'food.delivered': { version: 1, what: 'The customer has what was ordered', data: Order },
  'food.cancelled': {
    version: 1,
    what: 'An order was cancelled, and nothing of it stays charged',
    data: Order,
  },

  'delivery.started': { version: 1, what: 'An order is to be brought to its customer', data: Delivery },
  'delivery.offered': { version: 1, what: 'A courier is asked to take a delivery', data: Delivery },
  'delivery.accepted': { version: 1, what: 'A courier has taken a delivery', data: Delivery },
  'delivery.passed-on': { version: 1, what: 'A courier does without a delivery', data: Delivery },
  'delivery.completed': { version: 1, what: 'A courier has brought a delivery', data: Delivery },
  'delivery.resumed': { version: 1, what: 'The completing of a delivery was undone', data: Delivery },
  'delivery.cancelled': { version: 1, what: 'A delivery is called off', data: Delivery },
  'course.registered': { version: 1, what: 'A course is listed', data: Course },
  'course.edited': { version: 1, what: 'A host has edited a course', data: Course },
  'course.deleted': { version: 1, what: 'A course is listed no more', data: Course },
  'course.liked': { version: 1, what: 'A customer likes a course', data: Like },
  'course.unliked': { version: 1, what: 'A customer likes it no more', data: Like },
  'course.bookmarked': { version: 1, what: 'A customer has bookmarked a course', data: Bookmark },
  'course.bookmark-gained': { version: 1, what: 'The same, to the host', data: Bookmark },
  'course.unbookmarked': { version: 1, what: 'A customer has removed a bookmark', data: Bookmark },
  'course.bookmark-lost': { version: 1, what: 'The same, to the host', data: Bookmark },
  'course.commented': { version: 1, what: 'A course has a comment; told to the host', data: Comment },
  'course.reviewed': { version: 1, what: 'A course has a review; told to the host', data: Review },

  'payment.charge-sent': { version: 1, what: 'The provider is asked for a charge', data: Charge },
  'payment.captured': { version: 1, what: 'A charge was taken', data: Charge },
  'payment.declined': { version: 1, what: 'A charge was declined', data: Charge },
  'payment.charge-in-doubt': {
    version: 1,
    what: 'Nobody knows yet whether a charge was taken',
    data: Charge,
  },
  'payment.not-captured': { version: 1, what: 'A charge in doubt turned out not to be taken', data: Charge },
  'payment.charge-closed': { version: 1, what: 'A charge that was not taken never will be', data: Charge },
  'payment.charge-recorded': {
    version: 1,
    what: 'A charge from before events, as it was then',
    data: Charge,
  },
  'payment.refund-sent': { version: 1, what: 'The provider is asked for a refund', data: Refund },
  'payment.refunded': { version: 1, what: 'Money went back', data: Refund },
  'payment.refund-refused': { version: 1, what: 'The provider refused a refund', data: Refund },
  'payment.refund-in-doubt': { version: 1, what: 'Nobody knows yet whether money went back', data: Refund },
  'payment.not-refunded': { version: 1, what: 'A refund in doubt turned out not to be made', data: Refund },
  'payment.refund-settled': { version: 1, what: 'An operator settled a refund by hand', data: Refund },
  'payment.refund-written-off': { version: 1, what: 'An operator wrote a refund off', data: Refund },
  'payment.refund-recorded': {
    version: 1,
    what: 'A refund from before events, as it was then',
    data: Refund,
  },
  'payment.deposit-moved': { version: 1, what: 'A deposit changed', data: DepositMoved },
  'payment.deposit-recorded': { version: 1, what: 'A movement from before events', data: DepositMoved },
  'payment.topped-up': { version: 1, what: 'A top-up was credited', data: TopUp },
  'payment.top-up-refused': { version: 1, what: 'A top-up came to nothing', data: TopUp },
  'payment.points-credited': { version: 1, what: 'Points were credited as money', data: PointCredit },
  'payment.points-refused': { version: 1, what: 'Points were not credited', data: PointCredit },
  'payment.needs-operator': { version: 1, what: 'Money is stuck until an operator decides', data: Stuck },
  'payment.operator-done': { version: 1, what: 'Money that was stuck is settled', data: Stuck },
} as const satisfies Record<string, Entry>;

export type EventType = keyof typeof CATALOGUE;
