import { copy, remove, set, sql, without } from '../change';
import type { Breaches } from './table';

const booking = (id: string, values: Parameters<typeof set>[2]) => set('movie.bookings', { id }, values);
const ticket = (id: string, status: string, collectedBy: string | null = null) =>
  set('boxoffice.tickets', { booking_id: id }, { status, collected_by: collectedBy });
const seats = (id: string, status: string) => set('movie.seat_claims', { booking_id: id }, { status });

export const CINEMA: Breaches = {
  'booking-paid': {
    'a booking stands unpaid': [
      'bkg_unpaid',
      copy('movie.bookings', { id: ':booking' }, { id: 'bkg_unpaid' }),
    ],
    'a booking stays pending': [
      'bkg_left',
      copy('movie.bookings', { id: ':booking' }, { id: 'bkg_left', status: 'PENDING' }),
    ],
    'a booking failed, and its money stayed': [
      ':collected',
      booking(':collected', { status: 'FAILED', failure: 'conflict' }),
    ],
    'a booking is cancelled, and its money stayed': [
      ':cancelled',
      set('payment.charges', { key: ':cancelled/charge' }, { refunded: 0 }),
    ],
    'a booking stands, and its money went back': [
      ':depositBooking',
      set('payment.charges', { key: ':depositBooking/charge' }, { refunded: sql('amount') }),
    ],
    'a booking stands, and its charge is void': [
      ':booking',
      set('payment.charges', { key: ':booking/charge' }, { state: 'VOID' }),
    ],
  },
  'booking-charge-settled': {
    'a charge stays in doubt': [
      ':collected',
      set('payment.charges', { key: ':collected/charge' }, { state: 'UNKNOWN' }),
    ],
  },
  'booking-payment': {
    'another charge paid for a booking': [
      ':otherBooking',
      booking(':otherBooking', { payment_id: 'pay_other' }),
    ],
  },
  'booking-refunded': {
    'a cancelled booking says that nothing went back': [':cancelled', booking(':cancelled', { refunded: 0 })],
  },
  'booking-seats': {
    'a booking stands, and its seat is free': [':thirdBooking', seats(':thirdBooking', 'FREED')],
    'a booking stands, and its seat is only held': [':depositBooking', seats(':depositBooking', 'HELD')],
    'a booking stands without seats': [':booking', remove('movie.seat_claims', { booking_id: ':booking' })],
    'a cancelled booking keeps its seat': [':cancelled', seats(':cancelled', 'SOLD')],
    'a failed booking keeps its seat': [':failedBooking', seats(':failedBooking', 'HELD')],
  },
  'booking-ticket': {
    'a booking stands, and its ticket is void': [':thirdBooking', ticket(':thirdBooking', 'VOID')],
    'a ticket is handed out, and its booking stands': [':booking', ticket(':booking', 'COLLECTED', 'x')],
    'a booking is collected, and its ticket is not': [':collected', ticket(':collected', 'ISSUED')],
    'a booking is cancelled, and its ticket is handed out': [
      ':cancelled',
      ticket(':cancelled', 'COLLECTED', 'x'),
    ],
    'a booking is cancelled, and its ticket is not void': [
      ':withdrawn',
      remove('boxoffice.tickets', { booking_id: ':withdrawn' }),
    ],
  },
  'ticket-of-a-booking': {
    'a ticket is of no booking': [
      'bkg_none',
      copy('boxoffice.tickets', { booking_id: ':booking' }, { booking_id: 'bkg_none' }),
    ],
  },
  'seat-sold-once': {
    'a seat is sold twice': [
      ':screening/1E',
      without(
        'movie.seat_claims',
        'one_live_claim_per_seat',
        copy('movie.seat_claims', { booking_id: ':booking' }, { booking_id: ':otherBooking' }),
      ),
    ],
  },
  'seat-claimed-as-booked': {
    'a booking claims another seat': [
      ':otherBooking',
      set('movie.seat_claims', { booking_id: ':otherBooking' }, { seat: '9J' }),
    ],
    'a booking claims a seat of another screening': [
      ':thirdBooking',
      set('movie.seat_claims', { booking_id: ':thirdBooking' }, { screening_id: 'scr_none' }),
    ],
  },
};
