import type { EVENTS } from './events';
import type { Wording } from '../notification/wording';

/** What customers are told of these events. */
export const WORDING = {
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
} satisfies Wording<typeof EVENTS>;
