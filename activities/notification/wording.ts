import i18next from 'i18next';
import type { EventType } from '../../events/catalogue';
import type { CancelReason, OrderPayment } from '../../workflows/food/contract';

export type Locale = 'ko' | 'en';

/** The code that confirms a contact: sent by the channels alone, no event and no message of the inbox. */
export const CONTACT_CODE = 'notification.contact-code';

/** What customers are told, by event; a name in braces is of the event's data. Other events concern nobody. */
const WORDING: Partial<Record<EventType, Record<Locale, string>>> = {
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
  'kickboard.pass-bought': {
    ko: '킥보드 이용권 구매가 완료되었습니다: {{ridesTotal}}회권, {{price, won}}.',
    en: 'Kickboard pass bought: {{ridesTotal, many(of: ride)}}, {{price, won}}.',
  },
  'kickboard.rented': {
    ko: '킥보드 대여가 시작되었습니다: {{dueAt, clock}}까지 반납해 주세요 (이용 시간 {{minutes}}분).',
    en: 'Kickboard rented: please return it by {{dueAt, clock}} ({{minutes, many(of: minute)}}).',
  },
  'kickboard.due': {
    ko: '킥보드 이용 시간이 끝났습니다: 지금 반납해 주세요.',
    en: 'Your time on the kickboard is up: please return it now.',
  },
  'kickboard.missing': {
    ko: '킥보드 반납 시간이 하루 지났습니다: 지금 반납하시거나 고객센터로 연락해 주세요.',
    en: 'Your kickboard is a day overdue: please return it or contact support.',
  },
  'kickboard.returned': {
    ko: '킥보드 반납이 완료되었습니다: {{endLocation}}.',
    en: 'Kickboard returned: {{endLocation}}.',
  },
  'bike.rented': {
    ko: '자전거 대여가 시작되었습니다: {{startLocation}}.',
    en: 'Bike rented: {{startLocation}}.',
  },
  'bike.returned': {
    ko: '자전거 반납이 완료되었습니다: {{endLocation}}.',
    en: 'Bike returned: {{endLocation}}.',
  },
  'billing.closed': {
    ko: '자전거 이용 요금이 예치금에서 결제되었습니다: {{minutes}}분, {{fee, won}}.',
    en: 'Your bike rental was paid from your deposit: {{minutes, many(of: minute)}}, {{fee, won}}.',
  },
  'billing.unpaid': {
    ko: '예치금이 부족하여 자전거 이용 요금을 결제하지 못했습니다: {{minutes}}분, {{fee, won}}. 예치금을 충전하시면 자동으로 결제되며, 그때까지는 자전거를 대여하실 수 없습니다.',
    en: 'Your deposit holds too little for your bike rental: {{minutes, many(of: minute)}}, {{fee, won}}. Top up and it is paid by itself; until then you cannot rent a bike.',
  },
  'bike.points-converted': {
    ko: '포인트가 예치금으로 전환되었습니다: {{points, won}}, 남은 포인트 {{pointsLeft, number}}점.',
    en: 'Your points were turned into deposit: {{points, won}}, {{pointsLeft, many(of: point)}} left.',
  },
  'food.ordered': {
    ko: '주문이 접수되었습니다: {{lines, menus}}, {{totalPrice, won}}.',
    en: 'Order taken: {{lines, menus}}, {{totalPrice, won}}.',
  },
  'food.paid': {
    ko: '주문이 결제되었습니다: {{lines, menus}}, {{totalPrice, won}}.',
    en: 'Your order is paid: {{lines, menus}}, {{totalPrice, won}}.',
  },
  'food.delivering': {
    ko: '배달이 시작되었습니다: {{lines, menus}}, {{address}}.',
    en: 'Your order is on its way: {{lines, menus}}, {{address}}.',
  },
  'food.delivered': {
    ko: '배달이 완료되었습니다: {{lines, menus}}, {{address}}.',
    en: 'Your order was delivered: {{lines, menus}}, {{address}}.',
  },
  'food.cancelled': {
    ko: '주문이 취소되었습니다: {{lines, menus}}. {{reason, because}} {{payment, moneyOf}}',
    en: 'Your order was cancelled: {{lines, menus}}. {{reason, because}} {{payment, moneyOf}}',
  },
  'delivery.offered': {
    ko: '새 배달이 배정되었습니다: {{lines, menus}}, {{address}}. 2분 안에 수락해 주세요.',
    en: 'A delivery for you: {{lines, menus}}, {{address}}. Please accept it within 2 minutes.',
  },
  'course.bookmarked': {
    ko: '데이트 코스를 북마크했습니다: {{title}}.',
    en: 'Date course bookmarked: {{title}}.',
  },
  'course.unbookmarked': {
    ko: '데이트 코스 북마크를 취소했습니다: {{title}}.',
    en: 'Bookmark of a date course removed: {{title}}.',
  },
  'course.bookmark-gained': {
    ko: '등록하신 데이트 코스를 고객이 북마크했습니다: {{title}}.',
    en: 'A customer bookmarked your date course: {{title}}.',
  },
  'course.bookmark-lost': {
    ko: '등록하신 데이트 코스의 북마크를 고객이 취소했습니다: {{title}}.',
    en: 'A customer removed the bookmark of your date course: {{title}}.',
  },
  'course.commented': {
    ko: '등록하신 데이트 코스에 댓글이 달렸습니다: {{title}}.',
    en: 'Your date course has a new comment: {{title}}.',
  },
  'course.reviewed': {
    ko: '등록하신 데이트 코스에 별점 {{rating}}점의 후기가 등록되었습니다: {{title}}.',
    en: 'Your date course has a new review, {{rating}} of 5: {{title}}.',
  },
  'payment.topped-up': {
    ko: '예치금 {{amount, won}}이 충전되었습니다.',
    en: 'Your deposit was topped up by {{amount, won}}.',
  },
};

const CODE: Record<Locale, string> = {
  ko: '연락처 확인 인증번호: {{code}}. {{minutes}}분 안에 입력해 주세요.',
  en: 'Your confirmation code: {{code}}. Please enter it within {{minutes}} minutes.',
};

const textsIn = (locale: Locale) =>
  Object.fromEntries(
    Object.entries({ ...WORDING, [CONTACT_CODE]: CODE }).map(([event, texts]) => [event, texts[locale]]),
  );

const i18n = i18next.createInstance();
void i18n.init<object>({
  resources: { ko: { translation: textsIn('ko') }, en: { translation: textsIn('en') } },
  keySeparator: false,
  nsSeparator: false,
  // Plain text goes out, not HTML.
  interpolation: { escapeValue: false },
  initAsync: false,
});
const won = (value: number, locale: string | undefined) =>
  locale === 'ko' ? `${value.toLocaleString('ko')}원` : `KRW ${value.toLocaleString('en')}`;
i18n.services.formatter?.add('won', won);

/** "1 ride", "2 rides": for English. */
i18n.services.formatter?.add(
  'many',
  (value: number, _locale, { of }: { of: string }) =>
    `${value.toLocaleString('en')} ${of}${value === 1 ? '' : 's'}`,
);

/** The time of day where the city is: whoever rides there goes by it, whatever they read. */
i18n.services.formatter?.add('clock', (time: string, locale) =>
  new Date(time).toLocaleTimeString(locale, {
    timeZone: 'Asia/Seoul',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }),
);

i18n.services.formatter?.add('list', (values: readonly string[]) => values.join(', '));

/** "Gimbab × 2, Juice × 1" */
i18n.services.formatter?.add('menus', (lines: readonly { name: string; quantity: number }[]) =>
  lines.map(({ name, quantity }) => `${name} × ${quantity}`).join(', '),
);

const BECAUSE: Record<CancelReason, Record<Locale, string>> = {
  'payment-declined': {
    ko: '결제가 거절되었습니다.',
    en: 'The payment was declined.',
  },
  'payment-too-late': {
    ko: '제시간에 결제하지 못했습니다.',
    en: 'It could not be paid in time.',
  },
  'cancelled-by-customer': {
    ko: '고객님께서 취소하셨습니다.',
    en: 'You cancelled it.',
  },
  'cancelled-by-operator': {
    ko: '운영자가 취소하였습니다.',
    en: 'We had to cancel it.',
  },
};
i18n.services.formatter?.add(
  'because',
  (reason: CancelReason, locale) => BECAUSE[reason][locale === 'en' ? 'en' : 'ko'],
);

/** An operator has written a refund off (P4). */
const NOT_REFUNDED: Record<Locale, string> = {
  ko: '결제 금액은 환불되지 못했습니다. 고객센터로 연락해 주세요.',
  en: 'Your money could not be given back: please contact support.',
};

/** What became of the money of a booking that was cancelled. */
i18n.services.formatter?.add('givenBack', (refunded: number, locale) => {
  if (refunded === 0) return NOT_REFUNDED[locale === 'en' ? 'en' : 'ko'];
  return locale === 'en'
    ? `${won(refunded, locale)} refunded.`
    : `${won(refunded, locale)}이 환불되었습니다.`;
});

/** What became of the money of an order that was cancelled. */
i18n.services.formatter?.add('moneyOf', (payment: OrderPayment, locale) => {
  if (payment === 'REFUNDED') return locale === 'en' ? 'Your money is back.' : '결제 금액은 환불되었습니다.';
  if (payment === 'WRITTEN_OFF') return NOT_REFUNDED[locale === 'en' ? 'en' : 'ko'];
  // Of a charge whose answer was lost nobody may know yet.
  if (payment === 'PENDING')
    return locale === 'en'
      ? 'You are charged nothing: whatever was taken goes back.'
      : '청구되는 금액은 없으며, 이미 결제된 금액이 있다면 환불됩니다.';
  return locale === 'en' ? 'You are charged nothing.' : '청구되는 금액은 없습니다.';
});

export const isWorded = (event: string): boolean => event in WORDING;

/** What a customer reads of an event. */
export const textOf = (event: string, data: Record<string, unknown>, locale: Locale): string =>
  i18n.t(event, { ...data, lng: locale });

/** The subject of a letter about an event: what is told, without its particulars. */
export const subjectOf = (event: string, data: Record<string, unknown>, locale: Locale): string =>
  `${locale === 'ko' ? '[하루]' : '[Haru]'} ${textOf(event, data, locale).replace(/(: .*|\.)$/, '')}`;
