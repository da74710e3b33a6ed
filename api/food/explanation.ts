import type { EVENTS as DELIVERY_EVENTS } from '../../activities/delivery/events';
import type { EVENTS } from '../../activities/food/events';
import type { OrderRow } from '../../activities/food/reads';
import type { CancelReason } from '../../workflows/food/contract';
import { visible } from '../caller';
import type { Api } from '../endpoint';
import { explanationRoute } from '../explanation';
import type { Rule, Words } from '../rules';
import type { Telling } from '../telling';

const BECAUSE: Record<CancelReason, { why: Words; rule: Rule }> = {
  'payment-declined': {
    why: { ko: '결제가 거절되었습니다.', en: 'The payment was declined.' },
    rule: 'F1',
  },
  'payment-too-late': {
    why: { ko: '제시간에 결제하지 못했습니다.', en: 'It could not be paid in time.' },
    rule: 'F1',
  },
  'cancelled-by-customer': { why: { ko: '고객님께서 취소하셨습니다.', en: 'You cancelled it.' }, rule: 'F3' },
  'cancelled-by-operator': {
    why: { ko: '저희가 취소해야 했습니다.', en: 'We had to cancel it.' },
    rule: 'F3',
  },
};

/** What was told of an order, in words for its customer. */
const ORDER_TELLING: Telling<Omit<typeof EVENTS, 'food.menu-added' | 'food.menu-removed'>> = {
  'food.ordered': ({ totalPrice }) => ({
    what: { ko: '주문을 받았습니다: {{lines, menus}}.', en: 'We took your order: {{lines, menus}}.' },
    rule: 'F1',
    amount: totalPrice,
  }),
  'food.paid': () => ({
    what: { ko: '주문이 결제되었습니다.', en: 'Your order was paid.' },
    rule: 'F2',
  }),
  'food.delivering': () => ({
    what: { ko: '주문하신 음식이 배달 중입니다.', en: 'Your order was on its way.' },
  }),
  'food.delivered': () => ({
    what: { ko: '주문하신 음식이 도착했습니다.', en: 'Your order reached you.' },
  }),
  'food.cancelled': ({ reason }) => ({
    what: { ko: '주문이 취소되었습니다.', en: 'Your order was cancelled.' },
    ...(reason !== null && BECAUSE[reason]),
  }),
};

/** What delivery told of bringing it. Couriers are not named. */
const DELIVERY_TELLING: Telling<typeof DELIVERY_EVENTS> = {
  'delivery.started': () => ({
    what: { ko: '배달을 준비하기 시작했습니다.', en: 'We began to look for someone to bring it.' },
    rule: 'F2',
  }),
  'delivery.offered': () => ({
    what: { ko: '배달원에게 배달을 부탁했습니다.', en: 'We asked a courier to bring it.' },
  }),
  'delivery.accepted': () => ({
    what: { ko: '배달원이 배달을 맡았습니다.', en: 'A courier took it on.' },
  }),
  'delivery.passed-on': () => ({
    what: {
      ko: '그 배달원이 맡지 않아 다른 배달원을 찾았습니다.',
      en: 'That courier did not take it, so we looked for another.',
    },
  }),
  'delivery.completed': () => ({
    what: { ko: '배달원이 음식을 전해 드렸습니다.', en: 'The courier handed it over.' },
  }),
  'delivery.resumed': () => ({
    what: { ko: '배달 완료가 취소되어 다시 배달 중입니다.', en: 'It turned out not to be handed over yet.' },
  }),
  'delivery.cancelled': () => ({
    what: { ko: '배달을 취소했습니다.', en: 'The delivery was called off.' },
  }),
};

const ABOUT: Words = { ko: '{{lines, menus}}: ', en: '{{lines, menus}}: ' };
const STANDS: Record<OrderRow['status'], Words> = {
  ORDERED: { ko: '주문을 받았고 결제를 기다리고 있습니다.', en: 'ordered, and waiting to be paid.' },
  PAID: { ko: '결제되었고 배달을 기다리고 있습니다.', en: 'paid, and waiting to be brought.' },
  DELIVERING: { ko: '배달 중입니다.', en: 'on its way.' },
  DELIVERED: { ko: '배달되었습니다.', en: 'delivered.' },
  CANCELLED: { ko: '취소되었습니다.', en: 'cancelled.' },
};

/** What happened to an order and why. */
export function orderExplanation(api: Api): void {
  const { foodReads } = api.deps;
  explanationRoute(api, {
    ...{ things: 'orders', prefix: 'ord', kind: 'order', tag: 'Food' },
    find: async (id, caller) => {
      const order = visible(await foodReads.order(id), caller);
      return {
        customer: order.customer,
        summary: {
          ko: ABOUT.ko + STANDS[order.status].ko,
          en: ABOUT.en + STANDS[order.status].en,
        },
        data: order,
        sources: [
          { domain: 'food', subjects: [id], telling: ORDER_TELLING },
          { domain: 'delivery', subjects: [order.deliveryId], telling: DELIVERY_TELLING },
        ],
      };
    },
  });
}
