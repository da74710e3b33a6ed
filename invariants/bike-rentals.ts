import { type BikeStatus, RENTAL, type RentalStatus } from '../workflows/bike/contract';
import type { BillStatus, Tariff } from '../workflows/billing/contract';
import { feeOf, minutesOf } from '../workflows/billing/policy';
import { batchesBy, rowsBy } from './batches';
import { thingLaws } from './things';
import { toldLaw, toldOf } from './told';
import { type TransferFacts, transfersOf, wordsOf } from './transfers';
import type { World } from './world';

interface BillFacts {
  status: BillStatus;
  customer: string;
  tariff: Tariff;
  /** What it is over, epoch milliseconds; null before it is assessed, like minutes and fee. */
  from: number | null;
  to: number | null;
  minutes: number | null;
  /** Whole KRW. */
  fee: number | null;
  told: string;
}

/** A rental, with what bike, billing and payment have on record of it. */
export interface RentalFacts {
  id: string;
  status: RentalStatus;
  customer: string;
  /** Epoch milliseconds. */
  startedAt: number | null;
  endedAt: number | null;
  endLocation: string | null;
  /** No rental of the bike began after it. */
  latest: boolean;
  bike: { status: BikeStatus; location: string };
  bill: BillFacts | undefined;
  /** What was taken for the bill. */
  taken: TransferFacts[];
  /** The bike service rents the customer nothing because of it. */
  debt: boolean;
  /** Whole KRW that wait for the next top-up; undefined when nothing does. */
  unpaid: number | undefined;
  told: string;
}

const BILL_LIVES: Readonly<Record<BillStatus, RegExp>> = {
  PENDING: /^$/,
  OPEN: /^opened(,assessed)?$/,
  UNPAID: /^opened,assessed,unpaid$/,
  CLOSED: /^opened,assessed,(unpaid,)?closed$/,
};
/** Steps between a fee that is taken and its bill that is closed, or before all know that it could not be. */
const FEE_STEPS = ['payBill', 'owe', 'leaveUnpaid', 'oweNoMore', 'close'];

/** B2–B5. */
export const RENTALS = thingLaws<RentalFacts>('bike', rentals, [
  {
    id: 'rental-bike',
    holds: 'A bike is IN_USE under its rider, and back where the last rental left it',
    rule: 3,
    breach: ({ id, status, endLocation, latest, bike }) => {
      const is = `its bike is ${bike.status} at ${bike.location}`;
      if (status === 'RENTED' && bike.status !== 'IN_USE') return `rental ${id} is RENTED, and ${is}`;
      if (status !== 'RETURNED' || !latest) return undefined;
      const isBack = bike.status !== 'IN_USE' && bike.location === endLocation;
      return isBack ? undefined : `rental ${id} is RETURNED at ${endLocation}, and ${is}`;
    },
  },
  {
    id: 'rental-billed',
    holds: 'A rental that is back has a bill that is paid, or stands unpaid; a refused one has none',
    rule: 4,
    breach: ({ id, status, bill }) => {
      if (status === 'REFUSED') return bill && `rental ${id} is REFUSED, and has a bill`;
      if (!bill) return `rental ${id} is ${status}, and has no bill`;
      const lawful = status === 'RENTED' ? ['OPEN'] : ['CLOSED', 'UNPAID'];
      return lawful.includes(bill.status) ? undefined : `rental ${id} is ${status}, its bill ${bill.status}`;
    },
    during: ({ status, bill }) => (!bill ? ['openBill'] : status === 'RENTED' ? [] : 'any'),
  },
  {
    id: 'bill-tariff',
    holds: 'A bill is of its rental’s customer and time, and says what its tariff says for that',
    rule: 6,
    breach: ({ id, customer, startedAt, endedAt, bill }) => {
      if (!bill) return undefined;
      if (bill.customer !== customer)
        return `the bill of ${id} is ${bill.customer}'s, the rental ${customer}'s`;
      if (bill.fee === null) return undefined;
      if (startedAt === null || endedAt === null)
        return `the bill of ${id} is over ${bill.fee}, the rental not back`;
      const minutes = minutesOf(startedAt, endedAt);
      const fee = feeOf(minutes, bill.tariff);
      if (bill.from !== startedAt || bill.to !== endedAt)
        return `the bill of ${id} is from ${bill.from} to ${bill.to}, the rental from ${startedAt} to ${endedAt}`;
      if (bill.minutes === minutes && bill.fee === fee) return undefined;
      return `the bill of ${id} is over ${bill.fee} for ${bill.minutes} minutes, it took ${minutes}, which cost ${fee}`;
    },
  },
  {
    id: 'bill-paid-once',
    holds: 'A bill is CLOSED exactly when its fee was taken from the customer’s deposit, once',
    rule: 4,
    breach: ({ id, customer, bill, taken }) => {
      const [first, ...more] = taken;
      const paid =
        first?.amount === bill?.fee && first?.account === `deposit:${customer}` && more.length === 0;
      if (bill?.status === 'CLOSED' ? paid : taken.length === 0) return undefined;
      return `the bill of ${id} is ${bill?.status ?? 'none'} over ${bill?.fee ?? 'nothing yet'}, and the ledger has ${wordsOf(taken)}`;
    },
    during: ({ bill }) => (bill?.status === 'CLOSED' ? [] : FEE_STEPS),
  },
  {
    id: 'bill-unpaid-known',
    holds: 'A bill stands unpaid for billing, bike and payment alike',
    rule: 4,
    breach: ({ id, bill, debt, unpaid }) => {
      const stands = bill?.status === 'UNPAID';
      if (debt === stands && unpaid === (stands ? bill.fee : undefined)) return undefined;
      return `the bill of ${id} is ${bill?.status ?? 'none'}, its debt ${debt ? 'open' : 'none'}, and ${unpaid ?? 'nothing'} waits for a top-up`;
    },
    during: FEE_STEPS,
  },
  {
    id: 'bill-told',
    holds: 'The events of a bill are the transitions that it made, in order',
    rule: 9,
    breach: ({ id, bill }) =>
      !bill || BILL_LIVES[bill.status].test(bill.told)
        ? undefined
        : `the bill of ${id} is ${bill.status}, and its events are: ${bill.told}`,
  },
  toldLaw(RENTAL, 'rental'),
]);

interface RentalRow extends Pick<RentalFacts, 'id' | 'status' | 'customer' | 'endLocation' | 'latest'> {
  started: Date | null;
  ended: Date | null;
  bikeStatus: BikeStatus;
  location: string;
  debt: boolean;
}
interface BillRow extends Omit<BillFacts, 'from' | 'to' | 'told'> {
  id: string;
  rental_id: string;
  started_at: Date | null;
  ended_at: Date | null;
}

async function* rentals(world: World): AsyncGenerator<RentalFacts[]> {
  const { bike, billing, payment } = world.databases;
  const rows = bike.from(
    bike({ r: 'bike.rentals' })
      .join({ b: 'bike.bikes' }, 'b.id', 'r.bike_id')
      .select('r.id', 'r.status', 'r.customer', 'b.location', {
        started: 'r.started_at',
        ended: 'r.ended_at',
        endLocation: 'r.end_location',
        latest: bike.raw(`NOT EXISTS (SELECT FROM bike.rentals l
          WHERE l.bike_id = r.bike_id AND l.started_at > r.started_at)`),
        bikeStatus: 'b.status',
        debt: bike.raw(`EXISTS (SELECT FROM bike.debts d WHERE d.rental_id = r.id AND d.paid_at IS NULL)`),
      })
      .as('rentals'),
  );
  for await (const some of batchesBy<RentalRow>('id', rows)) {
    const ids = some.map(({ id }) => id);
    const [bills, taken, unpaid, told] = await Promise.all([
      rowsBy<BillRow>('rental_id', ids, billing('billing.bills')),
      transfersOf(payment, 'BILL', 'from_account', ids),
      rowsBy<{ rental_id: string; amount: number }>('rental_id', ids, payment('payment.unpaid_bills')),
      toldOf(bike, 'bike', ids),
    ]);
    const billIds = [...bills.values()].map(({ id }) => id);
    const toldOfBills = await toldOf(billing, 'billing', billIds);
    yield some.map(({ started, ended, bikeStatus, location, ...rental }) => {
      const bill = bills.get(rental.id);
      return {
        ...rental,
        startedAt: started && started.getTime(),
        endedAt: ended && ended.getTime(),
        bike: { status: bikeStatus, location },
        bill: bill && {
          ...bill,
          from: bill.started_at && bill.started_at.getTime(),
          to: bill.ended_at && bill.ended_at.getTime(),
          told: toldOfBills.get(bill.id) ?? '',
        },
        taken: taken.get(rental.id) ?? [],
        unpaid: unpaid.get(rental.id)?.amount,
        told: told.get(rental.id) ?? '',
      };
    });
  }
}
