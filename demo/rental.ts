import type { Api } from '../engine/http';
import { expectThat, tell, won } from './telling';
import { until } from '../engine/wait';

interface Bike {
  id: string;
  location: string;
}

interface Rental {
  id: string;
  status: string;
  bill: { status: string; fee: number | null; lines: { text: string; amount: number }[] };
}

/** Seed 004: a bike is rented, brought back elsewhere, and paid from the deposit. */
export async function rideABike(minji: Api): Promise<void> {
  const free = await minji.call<{ data: Bike[] }>('GET', '/v1/bikes?status=AVAILABLE&limit=1');
  const [bike] = free.body.data;
  if (!bike) {
    tell('Every bike is out: npm start puts some on the street where there are none.');
    return;
  }
  const topUp = { amount: 10_000, payment: { method: 'card', token: 'tok_ok' } };
  const topped = await minji.call<{ balance: number }>('POST', '/v1/deposits/top-ups', topUp);
  expectThat(topped.status === 201, 'topping the deposit up answers 201', topped.status, topped.body);

  const rented = await minji.call<Rental>('POST', '/v1/rentals', { bikeId: bike.id });
  expectThat(rented.status === 201, 'renting answers 201', rented.status, rented.body);
  tell(
    `She puts ${won.format(topUp.amount)} into her deposit and rents a bike at ${bike.location}.`,
    'The bike is hers at once; the bill is opened behind her, however long billing takes.',
  );

  const { id } = rented.body;
  const back = await minji.call<Rental>('POST', `/v1/rentals/${id}/return`, { location: '판교역' });
  expectThat(back.body.status === 'RETURNED', 'returning answers RETURNED', back.status, back.body);
  const rental = () => minji.call<Rental>('GET', `/v1/rentals/${id}`);
  let last = await rental();
  await until(async () => (last = await rental()).body.bill.status === 'CLOSED', { withinMs: 10_000 });
  const { bill } = last.body;
  expectThat(bill.status === 'CLOSED', 'the bill is closed', last.status, last.body);
  const balance = await minji.call<{ balance: number }>('GET', '/v1/deposits/me');
  tell(
    `She leaves it at 판교역 and the fee is taken from her deposit: ${won.format(bill.fee ?? 0)}, because`,
    ...bill.lines.map(({ text, amount }) => `  ${text}: ${won.format(amount)}`),
    `Her deposit holds ${won.format(balance.body.balance)}.`,
  );
}
