import { z } from 'zod';
import { BIKE_STATUSES, CONVERSION_STATUSES, RENTAL_STATUSES } from '../workflows/bike/contract';
import { BILL_STATUSES } from '../workflows/billing/contract';
import { DELIVERY_STATUSES } from '../workflows/delivery/contract';
import { CANCEL_REASONS, ORDER_PAYMENTS, ORDER_STATUSES } from '../workflows/food/contract';
import { KICKBOARD_STATUSES, PASS_STATUSES, RIDE_STATUSES } from '../workflows/kickboard/contract';
import { BOOKING_STATUS_CODES, type BookingStatus, TICKET_STATUSES } from '../workflows/movie/contract';

const described = <T extends z.ZodType>(type: T, description: string) => type.meta({ description });
const text = (what: string) => described(z.string(), what);
const count = (what: string) => described(z.int(), what);
const won = (what: string) => count(`${what}, whole KRW`);
const time = (what: string) => described(z.iso.datetime(), what);
/** @param about whose id the event's subject is */
const shape = <T extends z.ZodRawShape>(title: string, about: string, fields: T) =>
  z.strictObject(fields).meta({ title, description: about });

const seats = z.array(z.string()).meta({ description: 'Such as "1A": row, then column letter' });

const Screening = shape('Screening', 'the screening', {
  movieName: text('What is shown'),
  hall: text('Where'),
  startsAt: time('Seats are sold until then'),
  endsAt: time('Tickets are handed out until then'),
  rows: count('Of seats'),
  columns: count('Of seats, at most 26'),
  price: won('A seat'),
});

const Booking = shape('Booking', 'the booking', {
  status: z.enum(Object.keys(BOOKING_STATUS_CODES) as [BookingStatus, ...BookingStatus[]]),
  screeningId: text('What it is a booking of'),
  movieName: text('What is shown'),
  hall: text('Where'),
  startsAt: time('Of the screening'),
  endsAt: time('Of the screening'),
  seats,
  totalPrice: won('The whole booking'),
  paymentMethod: z.enum(['card', 'deposit']),
  paymentId: text('The charge, once it is taken').nullable(),
  ticket: z.enum(TICKET_STATUSES),
  refunded: won('Given back'),
  failure: text('Why it came to nothing').nullable(),
});
export type Booking = z.infer<typeof Booking>;

const Ticket = shape('Ticket', 'the booking that the ticket is for', {
  status: z.enum(['ISSUED', 'COLLECTED', 'VOID']),
  screeningId: text('Null for one that was void before it was printed').nullable(),
  seats: seats.nullable(),
});

const Kickboard = shape('Kickboard', 'the kickboard', {
  status: z.enum(KICKBOARD_STATUSES),
  location: text('Where it is'),
});

const Pass = shape('Pass', 'the pass', {
  status: z.enum(PASS_STATUSES),
  type: text('Its name in the price list'),
  price: won('The pass'),
  ridesTotal: count('Rides that were bought'),
  ridesLeft: count('Rides that are left'),
  paymentMethod: z.enum(['card', 'deposit']),
  paymentId: text('The charge, once it is taken').nullable(),
  failure: text('Why it came to nothing').nullable(),
});
export type Pass = z.infer<typeof Pass>;

const Ride = shape('Ride', 'the ride', {
  status: z.enum(RIDE_STATUSES).exclude(['REFUSED']),
  kickboardId: text('What is ridden'),
  passId: text('What it is ridden on'),
  minutes: count('How long it is meant to take'),
  startedAt: time('Of the ride'),
  dueAt: time('The customer is reminded then'),
  endedAt: time('Of the ride').nullable(),
  endLocation: text('Where it was left').nullable(),
});
export type Ride = z.infer<typeof Ride>;

const Bike = shape('Bike', 'the bike', {
  status: z.enum(BIKE_STATUSES),
  location: text('Where it is'),
  batteryLevel: count('Percent'),
});

const Rental = shape('Rental', 'the rental', {
  status: z.enum(RENTAL_STATUSES).exclude(['REFUSED']),
  bikeId: text('What is rented'),
  startedAt: time('Of the rental'),
  startLocation: text('Where it was taken'),
  endedAt: time('Of the rental').nullable(),
  endLocation: text('Where it was left').nullable(),
});
export type Rental = z.infer<typeof Rental>;

const Report = shape('Report', 'the report', {
  bikeId: text('What it is about'),
  batteryLevel: count('Percent'),
  usable: described(z.boolean(), 'Whether it can be rented'),
  note: text('In words').nullable(),
  pointsEarned: count('Points of the manager'),
});

const PointConversion = shape('Conversion', 'the conversion', {
  status: z.enum(CONVERSION_STATUSES).exclude(['REFUSED']),
  points: count('Points that become money, 1 KRW each'),
  pointsLeft: count('Points of the manager after it').nullable(),
  failure: text('Why it came to nothing').nullable(),
});

const Bill = shape('Bill', 'the bill', {
  rentalId: text('What it is for'),
  status: z.enum(BILL_STATUSES).exclude(['PENDING']),
  minutes: count('Every started one of the rental').nullable(),
  fee: won('The rental').nullable(),
  tariff: described(
    z.strictObject({
      firstMinutes: count('Of the first price'),
      firstFee: won('The first minutes'),
      stepMinutes: count('Of a step'),
      stepFee: won('Each started step after them'),
      dayAtMost: won('24 hours at most'),
    }),
    'As it was when the bike was rented',
  ),
});
export type Bill = z.infer<typeof Bill>;

const Menu = shape('Menu', 'the menu', { name: text('What it is'), price: won('One portion') });

const portions = {
  name: text('What it is'),
  quantity: count('Portions'),
};

const Order = shape('Order', 'the order', {
  status: z.enum(ORDER_STATUSES).exclude(['REFUSED']),
  statusText: text('The status in words'),
  lines: described(
    z.array(z.strictObject({ ...portions, menuId: text('Its menu'), price: won('One portion') })),
    'What was ordered, at the prices of then',
  ),
  totalPrice: won('The whole order'),
  address: text('Where it goes'),
  payment: z.enum(ORDER_PAYMENTS),
  paymentMethod: z.enum(['card', 'deposit']),
  paymentId: text('The charge, once it is taken').nullable(),
  deliveryId: text('Its delivery, once there is one'),
  reason: z.enum(CANCEL_REASONS).nullable().meta({ description: 'Why it was cancelled' }),
});
export type Order = z.infer<typeof Order>;

const Delivery = shape('Delivery', 'the delivery', {
  status: z.enum(DELIVERY_STATUSES),
  orderId: text('What is delivered'),
  address: text('Where it goes'),
  lines: described(z.array(z.strictObject(portions)), 'What is delivered'),
  courier: text('Whose it is, or to whom it is offered').nullable(),
  accepted: described(z.boolean(), 'Whether the courier has taken it'),
  completedAt: time('Of the delivery').nullable(),
});

const Course = shape('Course', 'the course', {
  status: z.enum(['LISTED', 'DELETED']),
  host: text('Whose it is'),
  title: text('Its title'),
  content: text('What there is to do'),
  reviewsAllowed: described(z.boolean(), 'Whether customers may review it'),
  version: count('Its edition'),
});

const ofACourse = {
  courseId: text('Which course'),
  title: text('Of the course, at that time'),
  host: text('Whose course it is'),
  by: text('The customer'),
};
const Like = shape('Like', 'the like, by course and customer', ofACourse);
const Bookmark = shape('Bookmark', 'the bookmark, by course and customer', ofACourse);
const Comment = shape('Comment', 'the comment', { ...ofACourse, text: text('What it says') });
const Review = shape('Review', 'the review', {
  ...ofACourse,
  rating: count('1 to 5'),
  text: text('What it says'),
});

const reference = text('Id of the booking, order … that it is about');

const Charge = shape('Charge', 'the charge', {
  state: z.enum(['SENT', 'CAPTURED', 'DECLINED', 'UNKNOWN', 'NOT_CAPTURED', 'VOID']),
  reference,
  amount: won('The charge').nullable(),
  method: z.enum(['card', 'deposit']),
});

const Refund = shape('Refund', 'the refund, by its key', {
  state: z.enum(['SENT', 'REFUNDED', 'REFUSED', 'UNKNOWN', 'NOT_REFUNDED', 'SETTLED', 'WRITTEN_OFF']),
  reference,
  amount: won('The refund'),
});

const DepositMoved = shape('Movement', 'the transfer', {
  kind: z.enum(['PURCHASE', 'PURCHASE_REFUND', 'TOP_UP', 'SETTLEMENT', 'WRITE_OFF', 'BILL', 'CONVERSION']),
  reference,
  amount: won('Negative for what went out'),
  balance: won('After it'),
  number: count('Of two movements on a deposit the higher is the later'),
});
export type DepositMoved = z.infer<typeof DepositMoved>;

const credit = (title: string, about: string) =>
  shape(title, `the ${about}`, {
    status: z.enum(['CREDITED', 'FAILED']),
    amount: won(`The ${about}`),
    failure: text('Why it came to nothing').nullable(),
  });
const TopUp = credit('Top-up', 'top-up');
const PointCredit = credit('Credit of points', 'conversion');

const Stuck = shape('Stuck money', 'the entry in the list of operators', {
  state: z.enum(['NEEDS_OPERATOR', 'DONE', 'SETTLED', 'WRITTEN_OFF']),
  kind: z.enum(['UNDO', 'LATE_CAPTURE', 'REFUND_IN_DOUBT', 'MISMATCH']),
  reference,
  amount: won('At stake'),
  error: text('What the last try met'),
});

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
  'movie.cancelled': { version: 1, what: 'A booking was cancelled and refunded', data: Booking },
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
