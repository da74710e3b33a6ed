import type { Knex } from 'knex';
import { businessIdOf, chargeKey } from '../activities/payment/keys';
import { rowsBy } from './batches';
import type { ThingLaw } from './things';
import type { World } from './world';

/** The charge of a thing that was sold, as the payment service has it. Whole KRW. */
export interface ChargeFacts {
  /** The payment's id. */
  id: string;
  state: string;
  amount: number;
  /** What left us: given back, settled by hand, or written off. */
  refunded: number;
  /** Of what was refunded: so much an operator has answered for. */
  madeGood: number;
  /** Of that, what nobody was given. */
  writtenOff: number;
}

/** Steps that move what was paid, and the one that then says so. */
export const MONEY_STEPS = ['refund', 'settleRefund', 'giveBack', 'cancel'];

/** The charges of these things, by the thing's id. */
export async function chargesOf(
  { databases: { payment } }: World,
  ids: readonly string[],
): Promise<Map<string, ChargeFacts>> {
  const rows: Knex.QueryBuilder = payment('payment.charges').select(
    ...['key', 'id', 'state', 'amount', 'refunded', { madeGood: 'made_good' }],
    payment.raw(`(SELECT COALESCE(sum(r.amount), 0)::bigint FROM payment.refunds r
      WHERE r.charge_key = charges.key AND r.state = 'WRITTEN_OFF') AS "writtenOff"`),
  );
  const found = await rowsBy<ChargeFacts & { key: string }>('key', ids.map(chargeKey), rows);
  return new Map([...found.values()].map((charge) => [businessIdOf(charge.key), charge]));
}

interface Sold {
  id: string;
  status: string;
  /** Whole KRW. */
  price: number;
  charge: ChargeFacts | undefined;
}

interface Sale<Status extends string> {
  id: string;
  what: string;
  holds: string;
  /** Statuses in which it is paid … */
  paid: readonly Status[];
  /** … and in which it is not. In any other it is being sold just now. */
  unpaid: readonly Status[];
}

/** M1, K1, F1: what stands has its price with us, what does not stand has not. */
export function saleLaws<Status extends string, Facts extends Sold>({
  id,
  what,
  holds,
  paid,
  unpaid,
}: Sale<Status>): ThingLaw<Facts>[] {
  const stands = ({ status }: Sold) => (paid as readonly string[]).includes(status);
  const isOver = ({ status }: Sold) => (unpaid as readonly string[]).includes(status);
  return [
    {
      id: `${id}-paid`,
      holds,
      rule: 4,
      breach: (sold) => {
        if (!stands(sold) && !isOver(sold)) return `${what} ${sold.id} is ${sold.status}`;
        const kept = keptOf(sold.charge);
        if (kept === (stands(sold) ? sold.price : 0)) return undefined;
        return `${what} ${sold.id} is ${sold.status} over ${sold.price}, and ${kept} is kept`;
      },
      during: (sold) => (stands(sold) ? MONEY_STEPS : 'any'),
      parkable: true,
    },
    {
      id: `${id}-charge-settled`,
      holds: `A charge is in no doubt once its ${what} is decided`,
      rule: 2,
      breach: ({ id: of, status, charge }) =>
        charge?.state === 'SENT' || charge?.state === 'UNKNOWN'
          ? `${what} ${of} is ${status}, and its charge ${charge.state}`
          : undefined,
      during: 'any',
      parkable: true,
    },
  ];
}

const keptOf = (charge: ChargeFacts | undefined) =>
  charge?.state === 'CAPTURED' ? charge.amount - charge.refunded + charge.madeGood : 0;
