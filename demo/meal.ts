import type { Api } from '../engine/http';
import { expectThat, tell, won } from './telling';
import { until } from '../engine/wait';

interface Menu {
  id: string;
  name: string;
}

interface Order {
  id: string;
  status: string;
  statusText: string;
  totalPrice: number;
  delivery: { id: string };
}

/** Seed 002: food is ordered, paid behind the customer's back, and brought by a courier. */
export async function orderAMeal(minji: Api, dana: Api): Promise<void> {
  const menus = await minji.call<{ data: Menu[] }>('GET', '/v1/menus?limit=1');
  const [menu] = menus.body.data;
  if (!menu) {
    tell('Nothing is on the list: npm start puts some dishes there when it is empty.');
    return;
  }
  const payment = { method: 'card', token: 'tok_ok' };
  const wanted = { menuId: menu.id, quantity: 2, address: '판교역 1번 출구', payment };
  const ordered = await minji.call<Order>('POST', '/v1/orders', wanted);
  expectThat(ordered.status === 201, 'ordering answers 201', ordered.status, ordered.body);
  const { id, totalPrice, delivery } = ordered.body;
  tell(
    `She orders 2 × ${menu.name} for ${won.format(totalPrice)}, and is told at once that it is taken.`,
    'It is paid as soon as payment answers, and a courier is looked for once it is.',
  );

  const order = () => minji.call<Order>('GET', `/v1/orders/${id}`);
  let last = await order();
  await until(async () => (last = await order()).body.status === 'DELIVERING', { withinMs: 15_000 });
  expectThat(last.body.status === 'DELIVERING', 'the order is on its way', last.status, last.body);
  const completed = await dana.call<object>('POST', `/v1/deliveries/${delivery.id}/complete`);
  expectThat(completed.status === 200, 'completing answers 200', completed.status, completed.body);
  const { body } = await order();
  tell(`dana the courier brings it to ${wanted.address}: ${body.status}.`);
}
