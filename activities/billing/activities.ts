import type { Knex } from 'knex';
import type { OpenBill } from '../../workflows/billing/contract';
import { BillingRepository } from './repository';

/** The billing service's steps; each is a transition of its repository. */
function createActivities({ billing }: { billing: BillingRepository }) {
  return {
    openBill: (bill: OpenBill) => billing.open(bill),
    /** From and to: epoch milliseconds. */
    assess: (rentalId: string, from: number, to: number) => billing.assess(rentalId, from, to),
    leaveUnpaid: (rentalId: string) => billing.leaveUnpaid(rentalId),
    close: (rentalId: string) => billing.close(rentalId),
  };
}

export type BillingActivities = ReturnType<typeof createActivities>;

/** What runs on the domain's task queue, on its own database. */
export const activitiesOn = (db: Knex) => createActivities({ billing: new BillingRepository(db) });
