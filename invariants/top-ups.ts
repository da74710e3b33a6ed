import { type CreditStatus, TOP_UP } from '../workflows/payment/contract';
import { batchesBy } from './batches';
import { type ChargeFacts, chargesOf, saleLaws } from './charges';
import { thingLaws } from './things';
import { toldLaw, toldOf } from './told';
import { type TransferFacts, transfersOf, wordsOf } from './transfers';
import type { World } from './world';

/** A top-up, with its charge and what was credited. */
export interface TopUpFacts {
  id: string;
  status: CreditStatus;
  customer: string;
  /** Whole KRW. */
  price: number;
  charge: ChargeFacts | undefined;
  credited: TransferFacts[];
  told: string;
}

/** B5, P3. */
export const TOP_UPS = thingLaws<TopUpFacts>('payment', topUps, [
  ...saleLaws<CreditStatus, TopUpFacts>({
    id: 'top-up',
    what: 'top-up',
    holds: 'What is paid for a top-up is credited or given back',
    paid: ['CREDITED'],
    unpaid: ['FAILED'],
  }),
  {
    id: 'top-up-credited-once',
    holds: 'A top-up is credited once to its customer, or has failed',
    rule: 6,
    breach: ({ id, status, customer, price, credited }) => {
      const [first, ...more] = credited;
      const whole = first?.amount === price && first.account === `deposit:${customer}` && more.length === 0;
      if (status === 'CREDITED' ? whole : credited.length === 0) return undefined;
      return `top-up ${id} is ${status} over ${price}, and the ledger has ${wordsOf(credited)}`;
    },
  },
  toldLaw(TOP_UP, 'top-up'),
]);

type Row = Pick<TopUpFacts, 'id' | 'status' | 'customer' | 'price'>;

async function* topUps(world: World): AsyncGenerator<TopUpFacts[]> {
  const { payment } = world.databases;
  const rows = payment('payment.top_ups').select('id', 'status', 'customer', { price: 'amount' });
  for await (const some of batchesBy<Row>('id', rows)) {
    const ids = some.map(({ id }) => id);
    const [charges, credited, told] = await Promise.all([
      chargesOf(world, ids),
      transfersOf(payment, 'TOP_UP', 'to_account', ids),
      toldOf(payment, 'payment', ids),
    ]);
    yield some.map((row) => ({
      ...row,
      charge: charges.get(row.id),
      credited: credited.get(row.id) ?? [],
      told: told.get(row.id) ?? '',
    }));
  }
}
