import type { EVENTS } from './events';
import type { Wording } from '../notification/wording';

/** What customers are told of these events. */
export const WORDING = {
  'movie.booked': {
    ko: '예매가 완료되었습니다: {{movieName}}, 좌석 {{seats, list}}, {{totalPrice, won}}.',
    en: 'Booked: {{movieName}}, seats {{seats, list}}, {{totalPrice, won}}.',
  },
  'movie.refused': {
    ko: '예매하지 못했습니다: {{movieName}}, 좌석 {{seats, list}}. 이미 결제된 금액이 있다면 환불됩니다.',
    en: 'Your booking did not come about: {{movieName}}, seats {{seats, list}}. Whatever was charged goes back.',
  },
  'movie.ticket-issued': {
    ko: '티켓이 준비되었습니다: {{movieName}}, 좌석 {{seats, list}}. 영화관에서 수령해 주세요.',
    en: 'Your ticket is ready: {{movieName}}, seats {{seats, list}}. Please collect it at the cinema.',
  },
  'movie.collected': {
    ko: '티켓을 수령하셨습니다: {{movieName}}, 좌석 {{seats, list}}.',
    en: 'Your ticket was handed out: {{movieName}}, seats {{seats, list}}.',
  },
  'movie.cancelled': {
    ko: '예매가 취소되었습니다: {{movieName}}, 좌석 {{seats, list}}. {{refunded, givenBack}}',
    en: 'Your booking was cancelled: {{movieName}}, seats {{seats, list}}. {{refunded, givenBack}}',
  },
  'movie.no-show': {
    ko: '티켓을 수령하지 않아 예매가 종료되었습니다: {{movieName}}, 좌석 {{seats, list}}.',
    en: 'Your ticket was not collected in time: {{movieName}}, seats {{seats, list}}.',
  },
} satisfies Wording<typeof EVENTS>;
