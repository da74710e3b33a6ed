import { typeid } from 'typeid-js';
import type { OrderFood } from '../../workflows/food/contract';
import { totalOf } from '../../workflows/food/policy';
import type { PaymentMeans } from '../../workflows/payment/contract';
import { PATIENCE_MS } from './desk';
import { somebody } from './vehicles';

interface Wanted {
  customer?: string;
  payment?: PaymentMeans;
  answerBy?: number;
}

/** An order as the API would make it of a request. */
export function mealFor({
  customer = somebody(),
  payment = { method: 'card', token: 'tok_ok' },
  answerBy = Date.now() + PATIENCE_MS,
}: Wanted = {}): OrderFood {
  const lines = [{ menuId: typeid('mnu').toString(), name: 'Gimbab', price: 4_000, quantity: 2 }];
  return {
    id: typeid('ord').toString(),
    customer,
    lines,
    totalPrice: totalOf(lines),
    address: '정자역',
    payment,
    statusText: 'ordered',
    deliveryId: typeid('dlv').toString(),
    answerBy,
  };
}
