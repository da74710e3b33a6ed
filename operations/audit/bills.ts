import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { BillStatus, Tariff } from '../../workflows/billing/contract';
import { feeOf, minutesOf } from '../../workflows/billing/policy';
import { batchesBy, rowsBy } from './batches';
import type { Breach, Finding } from './check';
import { breachesAmong, type Suspect } from './under-way';

interface Rental {
  id: string;
  customer: string;
  started_at: Date;
  /** Null while it is out. */
  ended_at: Date | null;
}

interface Bill {
  id: string;
  rental_id: string;
  customer: string;
  status: BillStatus;
  tariff: Tariff;
  minutes: number | null;
  /** Whole KRW. */
  fee: number | null;
}

/** B3, B4: rentals beside their bills. Two databases: no join. */
export async function billFindings(bike: Knex, billing: Knex, temporal: Client): Promise<Finding[]> {
  const unbilled: Suspect[] = [];
  const misjudged: Breach[] = [];
  const rentals = bike('bike.rentals').whereNot({ status: 'REFUSED' });
  const bills = billing('billing.bills');
  for await (const some of batchesBy<Rental>(
    'id',
    rentals.clone().select('id', 'customer', 'started_at', 'ended_at'),
  )) {
    const ids = some.map(({ id }) => id);
    const billOf = await rowsBy<Bill>('rental_id', ids, bills);
    for (const rental of some) {
      const bill = billOf.get(rental.id);
      unbilled.push(...whatIsLeft(rental, bill));
      if (bill) misjudged.push(...whatIsWrong(rental, bill));
    }
  }
  for await (const some of batchesBy<Bill>('id', bills.clone().select('id', 'rental_id'))) {
    const ids = some.map(({ rental_id }) => rental_id);
    const rentalOf = await rowsBy<Rental>('id', ids, rentals.clone().select('id'));
    for (const { id, rental_id } of some)
      if (!rentalOf.has(rental_id))
        misjudged.push({ id, breach: `bill ${id} is of no rental: ${rental_id}` });
  }
  return [
    {
      holds: 'A rental that is back has a bill, which somebody sees to until it is closed',
      breaches: await breachesAmong(temporal, unbilled),
    },
    { holds: 'A bill is of a rental, and what its tariff says for its minutes', breaches: misjudged },
  ];
}

/** What its workflow should be at. */
function whatIsLeft({ id, ended_at }: Rental, bill: Bill | undefined): Suspect[] {
  if (ended_at === null || bill?.status === 'CLOSED') return [];
  if (!bill)
    return [{ id, breach: `rental ${id} is back, and has no bill`, workflow: id, during: ['openBill'] }];
  return [{ id, breach: `rental ${id} is back, its bill ${bill.status} and left alone`, workflow: id }];
}

function whatIsWrong(rental: Rental, bill: Bill): Breach[] {
  const { id, minutes, fee, tariff } = bill;
  const breaches: string[] = [];
  if (bill.customer !== rental.customer)
    breaches.push(`bill ${id} is ${bill.customer}'s, its rental ${rental.customer}'s`);
  if (fee !== null && rental.ended_at === null)
    breaches.push(`bill ${id} is over ${fee}, its rental not back`);
  if (fee !== null && rental.ended_at !== null) {
    const took = minutesOf(rental.started_at.getTime(), rental.ended_at.getTime());
    const costs = feeOf(took, tariff);
    if (minutes !== took || fee !== costs)
      breaches.push(
        `bill ${id} is over ${fee} for ${minutes} minutes, its rental took ${took}, which cost ${costs}`,
      );
  }
  return breaches.map((breach) => ({ id, breach }));
}
