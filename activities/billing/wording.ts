import type { EVENTS } from './events';
import type { Wording } from '../notification/wording';

/** What customers are told of these events. */
export const WORDING = {
  'billing.closed': {
    ko: '자전거 이용 요금이 예치금에서 결제되었습니다: {{minutes}}분, {{fee, won}}.',
    en: 'Your bike rental was paid from your deposit: {{minutes, many(of: minute)}}, {{fee, won}}.',
  },
  'billing.unpaid': {
    ko: '예치금이 부족하여 자전거 이용 요금을 결제하지 못했습니다: {{minutes}}분, {{fee, won}}. 예치금을 충전하시면 자동으로 결제되며, 그때까지는 자전거를 대여하실 수 없습니다.',
    en: 'Your deposit holds too little for your bike rental: {{minutes, many(of: minute)}}, {{fee, won}}. Top up and it is paid by itself; until then you cannot rent a bike.',
  },
} satisfies Wording<typeof EVENTS>;
