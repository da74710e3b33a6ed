import { isAdmin } from '../caller';
import type { Api } from '../endpoint';
import { explanationRoute } from '../explanation';
import { Problem } from '../problems';
import type { Words } from '../rules';

/** By the prefix of what is paid for. */
const FOR: Readonly<Record<string, Words>> = {
  bkg: { ko: '영화 예매 결제', en: 'Payment for cinema seats' },
  pas: { ko: '킥보드 이용권 결제', en: 'Payment for a kickboard pass' },
  ord: { ko: '음식 주문 결제', en: 'Payment for an order of food' },
  top: { ko: '예치금 충전 결제', en: 'Payment into your deposit' },
};
const OTHER: Words = { ko: '결제', en: 'Payment' };
const HOW = {
  card: { ko: ' (카드).', en: ' by card.' },
  deposit: { ko: ' (예치금).', en: ' from your deposit.' },
} satisfies Record<string, Words>;

/** What happened to a payment and why. */
export function paymentExplanation(api: Api): void {
  const { moneyReads } = api.deps;
  explanationRoute(api, {
    ...{ things: 'payments', prefix: 'pay', kind: 'payment', tag: 'Deposit' },
    find: async (id, caller) => {
      const charge = await moneyReads.charge(id);
      // A key that was closed before anything was charged is nobody's.
      if (!charge || !(charge.customer === caller.user || isAdmin(caller))) throw new Problem('not-found');
      const what = FOR[charge.reference.slice(0, 3)] ?? OTHER;
      const how = HOW[charge.method];
      return {
        reference: charge.reference,
        customer: charge.customer,
        summary: { ko: what.ko + how.ko, en: what.en + how.en },
        sources: [],
      };
    },
  });
}
