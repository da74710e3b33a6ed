import type { TopUpStatus } from '../../../workflows/payment/contract';
import { topUpFor } from '../desk';
import { type Act, type Besides, plan } from './act';

export const toppingUp = (...besides: Besides[]): Act<TopUpStatus> => ({
  name: 'topping up',
  means: ['CREDITED'],
  refused: ['FAILED'],
  play: async (theatre, drill) => {
    const order = topUpFor({ answerBy: Date.now() + drill.patienceMs });
    plan(theatre, order.id, besides);
    drill.on(order.id);
    return { id: order.id, answer: await theatre.desk.topUp(order) };
  },
});
