import i18next from 'i18next';
import type { EventType } from '../../events/catalogue';

export type Locale = 'ko' | 'en';

/** What customers are told, by event; a name in braces is of the event's data. Other events concern nobody. */
const WORDING: Partial<Record<EventType, Record<Locale, string>>> = {
  'movie.booked': {
    ko: '예매가 완료되었습니다: {{movieName}}, 좌석 {{seats, list}}, {{totalPrice, won}}.',
    en: 'Booked: {{movieName}}, seats {{seats, list}}, {{totalPrice, won}}.',
  },
  'movie.collected': {
    ko: '티켓을 수령하셨습니다: {{movieName}}, 좌석 {{seats, list}}.',
    en: 'Your ticket was handed out: {{movieName}}, seats {{seats, list}}.',
  },
  'movie.cancelled': {
    ko: '예매가 취소되고 {{refunded, won}}이 환불되었습니다: {{movieName}}, 좌석 {{seats, list}}.',
    en: 'Your booking was cancelled and {{refunded, won}} refunded: {{movieName}}, seats {{seats, list}}.',
  },
  'movie.no-show': {
    ko: '티켓을 수령하지 않아 예매가 종료되었습니다: {{movieName}}, 좌석 {{seats, list}}.',
    en: 'Your ticket was not collected in time: {{movieName}}, seats {{seats, list}}.',
  },
  'kickboard.pass-bought': {
    ko: '이용권을 구매하셨습니다: {{ridesTotal}}회권, {{price, won}}.',
    en: 'Pass bought: {{ridesTotal}} ride(s), {{price, won}}.',
  },
  'kickboard.rented': {
    ko: '킥보드를 대여하셨습니다: {{minutes}}분 이용.',
    en: 'Kickboard rented: for {{minutes}} minutes.',
  },
  'kickboard.due': {
    ko: '이용 시간이 끝났습니다: 킥보드를 반납해 주세요.',
    en: 'Your time is up: please return the kickboard.',
  },
  'kickboard.missing': {
    ko: '킥보드가 하루가 지나도록 반납되지 않았습니다: 반납하시거나 고객센터에 연락해 주세요.',
    en: 'Your kickboard is a day overdue: please return it or contact support.',
  },
  'kickboard.returned': {
    ko: '킥보드를 반납하셨습니다: {{endLocation}}.',
    en: 'Kickboard returned: {{endLocation}}.',
  },
  'bike.rented': {
    ko: '자전거를 대여하셨습니다: {{startLocation}}.',
    en: 'Bike rented: {{startLocation}}.',
  },
  'bike.returned': {
    ko: '자전거를 반납하셨습니다: {{endLocation}}.',
    en: 'Bike returned: {{endLocation}}.',
  },
  'billing.closed': {
    ko: '자전거 이용 요금이 예치금에서 결제되었습니다: {{minutes}}분, {{fee, won}}.',
    en: 'Your ride was paid from your deposit: {{minutes}} min, {{fee, won}}.',
  },
  'billing.unpaid': {
    ko: '예치금이 부족하여 자전거 이용 요금이 결제되지 않았습니다: {{fee, won}}. 충전하시면 자동으로 정산됩니다.',
    en: 'Your deposit holds too little for your ride: {{fee, won}}. Top up and it is settled by itself.',
  },
  'bike.points-converted': {
    ko: '포인트가 예치금으로 전환되었습니다: {{points, won}}.',
    en: 'Your points were turned into deposit: {{points, won}}.',
  },
  'payment.topped-up': {
    ko: '예치금 {{amount, won}}이 충전되었습니다.',
    en: 'Your deposit was topped up by {{amount, won}}.',
  },
};

const textsIn = (locale: Locale) =>
  Object.fromEntries(Object.entries(WORDING).map(([event, texts]) => [event, texts[locale]]));

const i18n = i18next.createInstance();
void i18n.init<object>({
  resources: { ko: { translation: textsIn('ko') }, en: { translation: textsIn('en') } },
  keySeparator: false,
  nsSeparator: false,
  // Plain text goes out, not HTML.
  interpolation: { escapeValue: false },
  initAsync: false,
});
i18n.services.formatter?.add('won', (value: number, locale) =>
  locale === 'ko' ? `${value.toLocaleString('ko')}원` : `KRW ${value.toLocaleString('en')}`,
);

i18n.services.formatter?.add('list', (values: readonly string[]) => values.join(', '));

export const isWorded = (event: string): boolean => event in WORDING;

/** What a customer reads of an event. */
export const textOf = (event: string, data: Record<string, unknown>, locale: Locale): string =>
  i18n.t(event, { ...data, lng: locale });

/** The subject of a letter about an event: what is told, without its particulars. */
export const subjectOf = (event: string, data: Record<string, unknown>, locale: Locale): string =>
  `${locale === 'ko' ? '[하루]' : '[Haru]'} ${textOf(event, data, locale).replace(/(: .*|\.)$/, '')}`;
