import type { TopUpStatus } from '../../../workflows/payment/contract';
import { topUpFor } from '../orders';
import { type Scenario, type Besides, plan } from './scenario';

export const toppingUp = (...besides: Besides[]): Scenario<TopUpStatus> => ({
  name: 'topping up',
  means: ['CREDITED'],
  refused: ['FAILED'],
  run: async (harness, fault) => {
    const order = topUpFor({ answerBy: Date.now() + fault.patienceMs });
    plan(harness, order.id, besides);
    fault.on(order.id);
    return { id: order.id, answer: await harness.client.topUp(order) };
  },
});
