import type { OpenBill } from '../../workflows/billing/contract';
import type { BillingRepository } from './repository';

/** The billing service's steps; each is a transition of its repository. */
export function createActivities({ billing }: { billing: BillingRepository }) {
  return {
    openBill: (bill: OpenBill) => billing.open(bill),
    /** From and to: epoch milliseconds. */
    assess: (rentalId: string, from: number, to: number) => billing.assess(rentalId, from, to),
    leaveUnpaid: (rentalId: string) => billing.leaveUnpaid(rentalId),
    close: (rentalId: string) => billing.close(rentalId),
  };
}

export type BillingActivities = ReturnType<typeof createActivities>;
