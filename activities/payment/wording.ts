import type { EVENTS } from './events';
import type { Wording } from '../notification/wording';

/** What customers are told of these events. */
export const WORDING = {
  'payment.topped-up': {
    ko: '예치금 {{amount, won}}이 충전되었습니다.',
    en: 'Your deposit was topped up by {{amount, won}}.',
  },
} satisfies Wording<typeof EVENTS>;
