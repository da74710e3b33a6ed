import { z } from 'zod';
import { BIKE_STATUSES, CONVERSION, RENTAL } from '../workflows/bike/contract';
import { BILL } from '../workflows/billing/contract';
import { DELIVERY } from '../workflows/delivery/contract';
import { CANCEL_REASONS, ORDER, ORDER_PAYMENTS } from '../workflows/food/contract';
import { KICKBOARD_STATUSES, PASS, RIDE } from '../workflows/kickboard/contract';
import { BOOKING, TICKET_STATUSES } from '../workflows/movie/contract';

const described = <T extends z.ZodType>(type: T, description: string) => type.meta({ description });
const text = (what: string) => described(z.string(), what);
const count = (what: string) => described(z.int(), what);
const won = (what: string) => count(`${what}, whole KRW`);
const time = (what: string) => described(z.iso.datetime(), what);
/** @param about whose id the event's subject is */
const shape = <T extends z.ZodRawShape>(title: string, about: string, fields: T) =>
  z.strictObject(fields).meta({ title, description: about });

const seats = z.array(z.string()).meta({ description: 'Such as "1A": row, then column letter' });

export const Screening = shape('Screening', 'the screening', {
  movieName: text('What is shown'),
  hall: text('Where'),
  startsAt: time('Seats are sold until then'),
  endsAt: time('Tickets are handed out until then'),
  rows: count('Of seats'),
  columns: count('Of seats, at most 26'),
  price: won('A seat'),
});

export const Booking = shape('Booking', 'the booking', {
  status: z.enum(BOOKING.statuses),
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
  refunded: won('Given back; of a cancelled one all, or nothing where that was written off'),
  failure: text('Why it came to nothing').nullable(),
});
export type Booking = z.infer<typeof Booking>;

export const Ticket = shape('Ticket', 'the booking that the ticket is for', {
  status: z.enum(['ISSUED', 'COLLECTED', 'VOID']),
  screeningId: text('Null for one that was void before it was printed').nullable(),
  seats: seats.nullable(),
});

export const Kickboard = shape('Kickboard', 'the kickboard', {
  status: z.enum(KICKBOARD_STATUSES),
  location: text('Where it is'),
});

export const Pass = shape('Pass', 'the pass', {
  status: z.enum(PASS.statuses),
  type: text('Its name in the price list'),
  price: won('The pass'),
  ridesTotal: count('Rides that were bought'),
  ridesLeft: count('Rides that are left'),
  paymentMethod: z.enum(['card', 'deposit']),
  paymentId: text('The charge, once it is taken').nullable(),
  failure: text('Why it came to nothing').nullable(),
});
export type Pass = z.infer<typeof Pass>;

export const Ride = shape('Ride', 'the ride', {
  status: z.enum(RIDE.statuses).exclude(['REFUSED']),
  kickboardId: text('What is ridden'),
  passId: text('What it is ridden on'),
  minutes: count('How long it is meant to take'),
  startedAt: time('Of the ride'),
  dueAt: time('The customer is reminded then'),
  endedAt: time('Of the ride').nullable(),
  endLocation: text('Where it was left').nullable(),
});
export type Ride = z.infer<typeof Ride>;

export const Bike = shape('Bike', 'the bike', {
  status: z.enum(BIKE_STATUSES),
  location: text('Where it is'),
  batteryLevel: count('Percent'),
});

export const Rental = shape('Rental', 'the rental', {
  status: z.enum(RENTAL.statuses).exclude(['REFUSED']),
  bikeId: text('What is rented'),
  startedAt: time('Of the rental'),
  startLocation: text('Where it was taken'),
  endedAt: time('Of the rental').nullable(),
  endLocation: text('Where it was left').nullable(),
});
export type Rental = z.infer<typeof Rental>;

export const Report = shape('Report', 'the report', {
  bikeId: text('What it is about'),
  batteryLevel: count('Percent'),
  usable: described(z.boolean(), 'Whether it can be rented'),
  note: text('In words').nullable(),
  pointsEarned: count('Points of the manager'),
});

export const PointConversion = shape('Conversion', 'the conversion', {
  status: z.enum(CONVERSION.statuses).exclude(['REFUSED']),
  points: count('Points that become money, 1 KRW each'),
  pointsLeft: count('Points of the manager after it').nullable(),
  failure: text('Why it came to nothing').nullable(),
});

export const Bill = shape('Bill', 'the bill', {
  rentalId: text('What it is for'),
  status: z.enum(BILL.statuses),
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

export const Menu = shape('Menu', 'the menu', { name: text('What it is'), price: won('One portion') });

const portions = {
  name: text('What it is'),
  quantity: count('Portions'),
};

export const Order = shape('Order', 'the order', {
  status: z.enum(ORDER.statuses).exclude(['REFUSED']),
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

export const Delivery = shape('Delivery', 'the delivery', {
  status: z.enum(DELIVERY.statuses),
  orderId: text('What is delivered'),
  address: text('Where it goes'),
  lines: described(z.array(z.strictObject(portions)), 'What is delivered'),
  courier: text('Whose it is, or to whom it is offered').nullable(),
  accepted: described(z.boolean(), 'Whether the courier has taken it'),
  completedAt: time('Of the delivery').nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

export const Course = shape('Course', 'the course', {
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
export const Like = shape('Like', 'the like, by course and customer', ofACourse);
export const Bookmark = shape('Bookmark', 'the bookmark, by course and customer', ofACourse);
export const Comment = shape('Comment', 'the comment', { ...ofACourse, text: text('What it says') });
export const Review = shape('Review', 'the review', {
  ...ofACourse,
  rating: count('1 to 5'),
  text: text('What it says'),
});

const reference = text('Id of the booking, order … that it is about');

export const Charge = shape('Charge', 'the charge', {
  state: z.enum(['SENT', 'CAPTURED', 'DECLINED', 'UNKNOWN', 'NOT_CAPTURED', 'VOID']),
  reference,
  amount: won('The charge').nullable(),
  method: z.enum(['card', 'deposit']),
});

export const Refund = shape('Refund', 'the refund, by its key', {
  state: z.enum([
    'SENT',
    'REFUNDED',
    'REFUSED',
    'UNKNOWN',
    'NOT_REFUNDED',
    'FAILED',
    'SETTLED',
    'WRITTEN_OFF',
  ]),
  reference,
  amount: won('The refund'),
});

export const DepositMoved = shape('Movement', 'the transfer', {
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
export const TopUp = credit('Top-up', 'top-up');
export const PointCredit = credit('Credit of points', 'conversion');

export const Stuck = shape('Stuck money', 'the entry in the list of operators', {
  state: z.enum(['NEEDS_OPERATOR', 'DONE', 'SETTLED', 'WRITTEN_OFF']),
  kind: z.enum([
    'UNDO',
    'LATE_CAPTURE',
    'LATE_REFUND',
    'REFUND_IN_DOUBT',
    'MISMATCH',
    'STEP',
    'REFUND_FAILED',
    'DISPUTE',
  ]),
  reference,
  amount: won('At stake'),
  error: text('What the last try met'),
});
