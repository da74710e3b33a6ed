import i18next from 'i18next';
import { tableOf } from '../../manifests/all';
import type { CancelReason, OrderPayment } from '../../workflows/food/contract';

export type Locale = 'ko' | 'en';

/** The code that confirms a contact: sent by the channels alone, no event and no message of the inbox. */
export const CONTACT_CODE = 'notification.contact-code';

/** What customers are told of a domain's events; a name in braces is of the event's data. Other events concern nobody. */
export type Wording<Events> = { readonly [E in keyof Events]?: Record<Locale, string> };

const WORDING = tableOf('wording');

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

/** The day and time there. */
i18n.services.formatter?.add('moment', (time: string, locale) =>
  new Date(time).toLocaleString(locale, {
    timeZone: 'Asia/Seoul',
    month: 'long',
    day: 'numeric',
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

/** A text that is no message, made as messages are: a name in braces is of the data. */
export const worded = (text: Record<Locale, string>, data: object, locale: Locale): string =>
  i18n.t('-', { defaultValue: text[locale], replace: data, lng: locale });

/** The subject of a letter about an event: what is told, without its particulars. */
export const subjectOf = (event: string, data: Record<string, unknown>, locale: Locale): string =>
  `${locale === 'ko' ? '[하루]' : '[Haru]'} ${textOf(event, data, locale).replace(/(: .*|\.)$/, '')}`;
