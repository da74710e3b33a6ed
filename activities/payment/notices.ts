import type { Decision, Notice } from '../../workflows/payment/contract';
import { refusal } from '../refusal';
import { businessIdOf, disputeIn, disputeKey } from './keys';
import type { Parking } from './parked';
import type { PaymentProvider } from './provider';
import type { PaymentRepository } from './repository';

interface Deps {
  payment: PaymentRepository;
  provider: PaymentProvider;
  parking: Parking;
}

export type Notices = ReturnType<typeof createNotices>;

/**
 * What happens at the provider long after we have asked for anything (P6): a refund that was made fails, a charge is
 * disputed. A notice says where to look; what is done follows from what the provider then answers.
 */
export function createNotices({ payment, provider, parking }: Deps) {
  return {
    /**
     * @returns whether nothing of it waits for an operator
     * @throws Error while the provider cannot be asked
     */
    check: ({ of, id }: Notice): Promise<boolean> => (of === 'refund' ? checkRefund(id) : checkDispute(id)),

    /**
     * A dispute is answered for once it is lost: until then the bank may give the money back.
     * @throws ApplicationFailure `still-in-doubt`; Error while the provider cannot be asked
     */
    async refuseUndecided({ about, action }: Decision): Promise<void> {
      const id = disputeIn(about);
      if (id === undefined || action === 'retry') return;
      if ((await provider.dispute(id))?.state !== 'LOST') throw refusal('still-in-doubt');
    },
  };

  /** One that came to nothing before anybody was told that it was made is its saga's to settle. */
  async function checkRefund(id: string): Promise<boolean> {
    const now = await provider.refundById(id);
    const refund = now?.state === 'FAILED' ? await payment.refundSentAs(now) : undefined;
    return !refund || !(await payment.failRefund(refund));
  }

  async function checkDispute(id: string): Promise<boolean> {
    const dispute = await provider.dispute(id);
    const charge = dispute && (await payment.findCharge(dispute.key));
    if (!dispute || charge?.provider_charge_id !== dispute.chargeId) return true;
    const key = disputeKey(businessIdOf(dispute.key), id);
    if (dispute.state !== 'WON') return parking.disputed(key, dispute.amount);
    await parking.over(key);
    return true;
  }
}
