import { ApplicationFailure } from '@temporalio/common';
import { BrokenCircuitError, type CircuitBreakerPolicy } from 'cockatiel';
import { type Captured, type Charge, REFUND_UNKNOWN, type Refunded } from '../../workflows/payment/contract';
import { refusal } from '../refusal';
import { chargeKey, refundKey } from './keys';
import { Declined, NotProcessed, type PaymentProvider, RefundRefused } from './provider';
import type { ChargeRow, PaymentRepository } from './repository';
import { createSettlement } from './settlement';

interface Deps {
  payment: PaymentRepository;
  provider: PaymentProvider;
  /** Around what customers wait for; what settles doubts waits for nobody and asks at its own pace. */
  breaker: CircuitBreakerPolicy;
}

/** The payment service's steps. Every one may run more than once, and any two of them at the same time. */
export function createActivities({ payment, provider, breaker }: Deps) {
  const settlement = createSettlement({ payment, provider });
  return {
    /**
     * Charges a card once for a business object (P2).
     * @throws ApplicationFailure `payment-declined`, or `payment-unavailable`: whether anything was captured is
     *   then for `giveBack` to find out
     */
    async charge({ for: id, customer, amount, by, answerBy }: Charge): Promise<Captured> {
      if (Date.now() >= answerBy) throw refusal('payment-unavailable');
      const key = chargeKey(id);
      const { opened, charge } = await payment.openCharge(key, customer, amount);
      if (!opened) return outcomeOf(charge);
      try {
        const { chargeId } = await breaker.execute(() => provider.charge({ key, amount, token: by.token }));
        if (await payment.settleCharge(key, 'CAPTURED', chargeId)) return { paymentId: charge.id };
        const { state } = await payment.charge(key);
        if (state === 'NOT_CAPTURED') await settlement.giveBackLate(id, amount, chargeId);
        throw refusal('payment-unavailable');
      } catch (error) {
        if (error instanceof ApplicationFailure) throw error;
        const declined = error instanceof Declined;
        await payment.settleCharge(key, declined ? 'DECLINED' : notSent(error) ? 'NOT_CAPTURED' : 'UNKNOWN');
        throw refusal(declined ? 'payment-declined' : 'payment-unavailable');
      }
    },

    /**
     * Refunds a captured charge in full, at most once, while the customer waits.
     * @param request names this one try, so that it can be told no for good
     * @throws ApplicationFailure `refund-refused`, `refund-unavailable` (it did not happen), `refund-unknown`
     */
    async refund(id: string, request: string): Promise<Refunded> {
      const charge = await payment.charge(chargeKey(id));
      if (charge.state !== 'CAPTURED' || !charge.provider_charge_id) throw refusal('refund-unavailable');
      const { opened, refund } = await payment.openRefund(charge, request);
      if (refund.state === 'REFUNDED') return { amount: refund.amount };
      if (!opened) throw refusal(REFUND_UNKNOWN);
      const order = {
        key: refundKey(id, refund.attempt),
        chargeId: charge.provider_charge_id,
        amount: refund.amount,
      };
      try {
        await breaker.execute(() => provider.refund(order));
        await payment.settleRefund(refund, 'REFUNDED');
        return { amount: refund.amount };
      } catch (error) {
        const refused = error instanceof RefundRefused;
        const state = refused ? 'REFUSED' : notSent(error) ? 'NOT_REFUNDED' : 'UNKNOWN';
        await payment.settleRefund(refund, state);
        throw refusal(refused ? 'refund-refused' : notSent(error) ? 'refund-unavailable' : REFUND_UNKNOWN);
      }
    },

    settleRefund: (id: string, request: string) => settlement.settleRefund(id, request),
    giveBack: (id: string) => settlement.giveBack(id),
  };
}

export type PaymentActivities = ReturnType<typeof createActivities>;

function outcomeOf(charge: ChargeRow): Captured {
  if (charge.state === 'CAPTURED') return { paymentId: charge.id };
  throw refusal(charge.state === 'DECLINED' ? 'payment-declined' : 'payment-unavailable');
}

const notSent = (error: unknown) => error instanceof NotProcessed || error instanceof BrokenCircuitError;
