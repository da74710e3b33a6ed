import type { EVENTS as TICKET_EVENTS } from '../../activities/boxoffice/events';
import type { EVENTS } from '../../activities/movie/events';
import type { BookingRow } from '../../activities/movie/reads';
import type { BookingStatus } from '../../workflows/movie/contract';
import type { Api } from '../endpoint';
import { explanationRoute } from '../explanation';
import { reasonOf } from '../reasons';
import type { Words } from '../rules';
import type { Telling } from '../telling';
import { visibleBooking } from './bookings';

/** What was told of a booking, in words for its customer. */
const BOOKING_TELLING: Telling<Omit<typeof EVENTS, 'movie.screening-added' | 'movie.screening-removed'>> = {
  'movie.held': ({ totalPrice }) => ({
    what: {
      ko: '{{movieName}} ({{startsAt, moment}}) 좌석을 잡아 두었습니다: {{seats, list}}.',
      en: 'We held seats {{seats, list}} for {{movieName}} on {{startsAt, moment}}.',
    },
    rule: 'M3',
    amount: totalPrice,
  }),
  'movie.booked': () => ({
    what: { ko: '결제되어 예매가 완료되었습니다.', en: 'Paid, and the seats are yours.' },
    rule: 'M1',
  }),
  'movie.refused': ({ failure }) => ({
    what: {
      ko: '예매하지 못했습니다. 좌석은 다시 풀렸습니다.',
      en: 'The booking did not come about, and the seats are free again.',
    },
    why: reasonOf(failure),
    rule: 'M1',
  }),
  'movie.ticket-issued': () => ({
    what: { ko: '티켓을 받으실 수 있게 되었습니다.', en: 'Your ticket was ready to be collected.' },
    rule: 'M4',
  }),
  'movie.collected': () => ({ what: { ko: '티켓을 받으셨습니다.', en: 'You collected your ticket.' } }),
  'movie.cancelled': ({ refunded }) =>
    refunded > 0
      ? {
          what: {
            ko: '예매가 취소되었습니다. 좌석은 다시 풀렸습니다.',
            en: 'The booking was cancelled, and its seats are free again.',
          },
          rule: 'M5',
        }
      : {
          what: {
            ko: '예매가 취소되었지만 결제 금액은 돌려 드리지 못했습니다.',
            en: 'The booking was cancelled, but its price could not be given back.',
          },
          rule: 'P4',
        },
  'movie.no-show': () => ({
    what: {
      ko: '상영이 끝날 때까지 티켓을 받지 않으셨습니다.',
      en: 'The screening ended and nobody had collected the ticket.',
    },
    rule: 'M6',
  }),
  'movie.booking-recorded': () => ({
    what: {
      ko: '기록을 시작할 때의 예매 상태입니다.',
      en: 'This is the booking as it stood when our records begin.',
    },
  }),
};

/** What the box office told of its ticket. */
const TICKET_TELLING: Telling<typeof TICKET_EVENTS> = {
  'boxoffice.issued': () => ({
    what: { ko: '영화관에서 티켓을 발권했습니다.', en: 'The cinema printed your ticket.' },
    rule: 'M4',
  }),
  'boxoffice.handed-out': () => ({
    what: { ko: '영화관 직원이 티켓을 건네 드렸습니다.', en: 'The desk at the cinema gave the ticket out.' },
  }),
  'boxoffice.taken-back': () => ({
    what: {
      ko: '건네 드린 티켓을 다시 돌려받았습니다.',
      en: 'The desk took the ticket back.',
    },
    why: {
      ko: '수령이 제시간에 처리되지 않았습니다.',
      en: 'Handing it out could not be completed in time.',
    },
  }),
  'boxoffice.voided': () => ({
    what: { ko: '티켓은 더 이상 쓸 수 없습니다.', en: 'The ticket is no longer valid.' },
  }),
  'boxoffice.ticket-recorded': () => ({
    what: {
      ko: '기록을 시작할 때의 티켓 상태입니다.',
      en: 'This is the ticket as it stood when our records begin.',
    },
  }),
};

const ABOUT: Words = {
  ko: '{{movieName}}, 좌석 {{seats, list}}: ',
  en: '{{movieName}}, seats {{seats, list}}: ',
};
const STANDS: Record<BookingStatus, Words> = {
  PENDING: { ko: '결제를 기다리고 있습니다.', en: 'waiting to be paid.' },
  BOOKED: { ko: '예매되었습니다.', en: 'booked.' },
  COLLECTED: { ko: '예매하고 티켓을 받으셨습니다.', en: 'booked, and the ticket collected.' },
  CANCELLED: { ko: '취소되었습니다.', en: 'cancelled.' },
  NO_SHOW: { ko: '티켓을 받지 않으셨습니다.', en: 'booked, but never collected.' },
  FAILED: { ko: '예매하지 못했습니다.', en: 'not booked.' },
};

const summaryOf = ({ status }: BookingRow): Words => ({
  ko: ABOUT.ko + STANDS[status].ko,
  en: ABOUT.en + STANDS[status].en,
});

/** What happened to a booking and why. */
export function bookingExplanation(api: Api): void {
  explanationRoute(api, {
    things: 'bookings',
    prefix: 'bkg',
    kind: 'booking',
    tag: 'Movie',
    who: ['customer', 'staff', 'admin'],
    find: async (id, caller) => {
      const booking = await visibleBooking(api.deps.movieReads, id, caller);
      return {
        customer: booking.customer,
        summary: summaryOf(booking),
        data: booking,
        sources: [
          { domain: 'movie', subjects: [id], telling: BOOKING_TELLING },
          { domain: 'boxoffice', subjects: [id], telling: TICKET_TELLING },
        ],
      };
    },
  });
}
