import { copy, remove, set, sql } from '../change';
import type { Breaches } from './table';

type Values = Parameters<typeof set>[2];

/** An event of a thing that says that something else happened. */
const retold = (domain: string, subject: string, event: string, instead: string) =>
  set(`${domain}.outbox`, { subject, type: `${domain}.${event}` }, { type: `${domain}.${instead}` });
/** An event that is told of once more. */
const again = (domain: string, subject: string, event: string) =>
  copy(
    `${domain}.outbox`,
    { subject, type: `${domain}.${event}` },
    {
      position: sql(`(SELECT max(position) + 1 FROM ${domain}.outbox)`),
    },
  );
const untold = (domain: string, subject: string, event: string) =>
  remove(`${domain}.outbox`, { subject, type: `${domain}.${event}` });

/** The events of each thing, in order. */
export const EVENTS: Breaches = {
  'booking-told': {
    'a booking is told of twice': [':toldBooking', again('movie', ':toldBooking', 'booked')],
    'a booking is not told of': [':otherBooking', untold('movie', ':otherBooking', 'booked')],
    'a cancelled booking is told of as collected': [
      ':cancelled',
      retold('movie', ':cancelled', 'cancelled', 'collected'),
    ],
    'a booking is pending, and told of as booked': [
      ':thirdBooking',
      set('movie.bookings', { id: ':thirdBooking' }, { status: 'PENDING' }),
    ],
  },
  'pass-told': {
    'a pass is told of as refused': [
      ':unusedPass',
      retold('kickboard', ':unusedPass', 'pass-bought', 'pass-refused'),
    ],
  },
  'ride-told': {
    'a ride is told of as due before it began': [':ride', retold('kickboard', ':ride', 'rented', 'due')],
    'a return is not told of': [':returnedRide', untold('kickboard', ':returnedRide', 'returned')],
  },
  'rental-told': {
    'a return is told of as a rental': [':rental', retold('bike', ':rental', 'returned', 'rented')],
  },
  'bill-told': {
    'a bill is told of as unpaid': [':otherRental', retold('billing', ':otherBill', 'closed', 'unpaid')],
  },
  'report-told': {
    'a report is told of twice': [':report', again('bike', ':report', 'reported')],
  },
  'conversion-told': {
    'a conversion is told of as given back': [
      ':conversion',
      retold('bike', ':conversion', 'points-converted', 'points-given-back'),
    ],
  },
  'order-told': {
    'an order is told of as paid twice': [':otherOrder', retold('food', ':otherOrder', 'delivering', 'paid')],
    'an order is told of as delivered, and is under way': [
      ':deliveredOrder',
      set('food.orders', { id: ':deliveredOrder' }, { status: 'DELIVERING' }),
    ],
  },
  'top-up-told': {
    'a top-up is told of as refused': [':topUp', retold('payment', ':topUp', 'topped-up', 'top-up-refused')],
  },
};

/** The last event of each thing beside the thing. */
export const AS_TOLD: Breaches = {
  'booking-as-told': {
    'a booking has another price': [
      ':otherBooking',
      set('movie.bookings', { id: ':otherBooking' }, { total_price: 9_999 }),
    ],
  },
  'deposit-told': {
    'a deposit holds something else': [
      'deposit::rider',
      set('payment.accounts', { id: 'deposit::rider' }, { balance: sql('balance + 7') }),
    ],
  },
  'pass-as-told': {
    'a pass has another price': [
      ':unusedPass',
      set('kickboard.passes', { id: ':unusedPass' }, { price: 999 }),
    ],
  },
  'ride-as-told': {
    'a ride ended elsewhere': [
      ':returnedRide',
      set('kickboard.rides', { id: ':returnedRide' }, { end_location: '서현' }),
    ],
    'a ride is refused, and was told of': [
      ':ride',
      set('kickboard.rides', { id: ':ride' }, { status: 'REFUSED', failure: 'conflict' }),
    ],
  },
  'rental-as-told': {
    'a rental began elsewhere': [
      ':openRental',
      set('bike.rentals', { id: ':openRental' }, { start_location: '서현' }),
    ],
  },
  'report-as-told': {
    'a report says something else': [
      ':otherReport',
      set('bike.reports', { id: ':otherReport' }, { note: 'x' }),
    ],
  },
  'conversion-as-told': {
    'a conversion left other points': [
      ':conversion',
      set('bike.conversions', { id: ':conversion' }, { points_left: 1 }),
    ],
  },
  'bill-as-told': {
    'a bill has another fee': [':bill', set('billing.bills', { id: ':bill' }, { fee: 1_200 })],
  },
  'order-as-told': {
    'an order has another address': [':order', set('food.orders', { id: ':order' }, { address: 'x' })],
    'an order was never told of': [
      'ord_untold',
      copy('food.orders', { id: ':otherOrder' }, { id: 'ord_untold', delivery_id: 'dlv_untold' }),
    ],
  },
  'delivery-as-told': {
    'a delivery goes to another address': [
      ':delivery',
      set('delivery.deliveries', { id: ':delivery' }, { address: 'x' }),
    ],
  },
};

const shown = (view: string, id: string, values: Values) => set(`views.${view}`, { id }, values);

/** Pages beside the events that they are made of. */
export const PAGES: Breaches = {
  'page-bookings-movie': {
    'a page shows a booking as cancelled': [
      ':toldBooking',
      shown('bookings', ':toldBooking', { status: 'CANCELLED' }),
    ],
    'a page does not show a booking': [':otherBooking', remove('views.bookings', { id: ':otherBooking' })],
  },
  'page-passes-kickboard': {
    'a page shows a ride too many': [':pass', shown('passes', ':pass', { rides_left: 2 })],
    'a page shows a pass that is none': [
      'pas_ghost',
      copy('views.passes', { id: ':unusedPass' }, { id: 'pas_ghost' }),
    ],
  },
  'page-rides-kickboard': {
    'a page shows a ride as not over': [
      ':returnedRide',
      shown('rides', ':returnedRide', { status: 'RENTED' }),
    ],
  },
  'page-rentals-bike': {
    'a page shows no end of a rental': [':rental', shown('rentals', ':rental', { end_location: null })],
  },
  'page-rentals-billing': {
    'a page shows another fee': [':otherBill', shown('rentals', ':otherRental', { fee: 900 })],
    'a page shows a bill that is none': [
      'bil_ghost',
      shown('rentals', ':unpaidRental', { bill_id: 'bil_ghost' }),
    ],
  },
  'page-orders-food': {
    'a page shows an order as not delivered': [
      ':deliveredOrder',
      shown('orders', ':deliveredOrder', { status: 'PAID' }),
    ],
  },
  'page-deliveries-delivery': {
    'a page shows a delivery as over': [
      ':delivery',
      shown('deliveries', ':delivery', { status: 'COMPLETED' }),
    ],
  },
};

/** A message for an event that its customer then has none for. */
const unsent = (event: string) =>
  set('notification.messages', `customer IN (':customer', ':rider', ':poor') AND event = '${event}'`, {
    event_id: sql(`'x' || event_id`),
  });

export const MESSAGES: Breaches = {
  'message-per-event': {
    'a customer is not told of a top-up': [' was not told of payment.topped-up', unsent('payment.topped-up')],
    'a customer is not told of a ride': [
      ':rider was not told of kickboard.rented',
      unsent('kickboard.rented'),
    ],
    'a customer is not told of a rental': [':rider was not told of bike.rented', unsent('bike.rented')],
    'a customer is not told of an unpaid bill': [
      ':poor was not told of billing.unpaid',
      unsent('billing.unpaid'),
    ],
    'a customer reads of something else': [
      ':rider was told of kickboard.missing',
      set(
        'notification.messages',
        { customer: ':rider', event: 'kickboard.returned' },
        { event: 'kickboard.missing' },
      ),
    ],
  },
};
