import { ApplicationFailure } from '@temporalio/common';
import { BrokenCircuitError, type CircuitBreakerPolicy } from 'cockatiel';
import {
  CANCEL_REFUND,
  type Captured,
  CHARGE_CLOSED,
  type Charge,
  type Conversion,
  type Decision,
  type MoneyBack,
  type Notice,
  type PayBill,
  type Refund,
  REFUND_UNKNOWN,
  type Refunded,
  type TopUp,
} from '../../workflows/payment/contract';
import { isUnreachable } from '../database';
import { refusal } from '../refusal';
import {
  cameToNothing,
  type ChargeRow,
  ExceedsCharge,
  givenUpOn,
  inDoubt,
  providerKeyOf,
  type RefundRow,
} from './charge';
import { chargeKey, refundKey, UNDO } from './keys';
import type { Notices } from './notices';
import type { Parking } from './parked';
import { Declined, NotProcessed, type PaymentProvider, RefundRefused } from './provider';
import type { Reconciliation } from './reconciliation';
import type { PaymentRepository } from './repository';
import type { Settlement } from './settlement';
import type { Bills } from './bills';
import type { Credits } from './credits';

interface Deps {
  payment: PaymentRepository;
  topUps: Credits;
  conversions: Credits;
  bills: Bills;
  provider: PaymentProvider;
  settlement: Settlement;
  parking: Parking;
  reconciliation: Reconciliation;
  notices: Notices;
  /** Around what customers wait for; what settles doubts waits for nobody and asks at its own pace. */
  breaker: CircuitBreakerPolicy;
}

/** The payment service's steps. Every one may run more than once, and any two of them at the same time. */
export function createActivities(deps: Deps) {
  const { payment, topUps, conversions, bills, provider, settlement, breaker } = deps;
  const { parking, reconciliation, notices } = deps;
  return {
    /**
     * Charges once for a business object (P2).
     * @throws ApplicationFailure `payment-declined`, or `payment-unavailable`: whether anything was captured is
     *   then for `giveBack` to find out
     */
    async charge(order: Charge): Promise<Captured> {
      if (Date.now() >= order.answerBy) {
        // A worker may have died on it when it was done.
        const before = await payment.findCharge(chargeKey(order.for));
        if (before) return outcomeOf(before);
        throw refusal('payment-unavailable');
      }
      if (order.by.method === 'card') return chargeCard(order, order.by.token);
      const charge = await payment.payFromDeposit(order);
      if (!charge) throw refusal('payment-unavailable');
      return outcomeOf(charge);
    },

    /**
     * Tries to charge for what was ordered before it is paid (seed 002, F1). However many tries there are, they share
     * one key, under which the provider captures once.
     * @returns undefined when nothing was sent, by this try or as far as it can see before
     * @throws ApplicationFailure `payment-declined`; `charge-closed`; `payment-unavailable`: it is in doubt, and the
     *   next try may learn more
     */
    async pay(order: Charge): Promise<Captured | undefined> {
      if (Date.now() >= order.answerBy) {
        const before = await payment.findCharge(chargeKey(order.for));
        return before && outcomeOfTries(before);
      }
      if (order.by.method === 'card') return chargeCardAgain(order, order.by.token);
      const charge = await payment.payFromDeposit(order);
      return charge && outcomeOfTries(charge);
    },

    /**
     * No try to pay for it is sent any more.
     * @returns what was captured before
     * @throws ApplicationFailure `refund-unavailable`: nobody can say now what became of one that was sent
     */
    async dropCharge(id: string): Promise<Captured | undefined> {
      const charge = await settlement.close(id).catch(() => {
        throw refusal('refund-unavailable');
      });
      return charge.state === 'CAPTURED' && !(await isClosed(charge)) ? { paymentId: charge.id } : undefined;
    },

    /**
     * Refunds a captured charge or a part of it, at most once a step, while the customer waits.
     * @throws ApplicationFailure `refund-refused`, `refund-unavailable` (it did not happen), `refund-unknown`
     */
    async refund({ of, step, amount, request }: Refund): Promise<Refunded> {
      const charge = await payment.charge(chargeKey(of)).catch(() => undefined);
      if (charge?.state !== 'CAPTURED') throw refusal('refund-unavailable');
      const part = { key: refundKey(of, step), amount: amount ?? charge.amount, request };
      const { opened, refund } = await payment.openRefund(charge.key, part).catch((error: unknown) => {
        throw error instanceof ExceedsCharge ? refusal('refund-refused') : error;
      });
      if (refund.state === 'REFUNDED') return { amount: refund.amount };
      if (!opened || charge.provider_charge_id === null) throw refusal(REFUND_UNKNOWN);
      return refundCard(refund, charge.provider_charge_id);
    },

    /**
     * @returns the refund that was begun and may still go through: a customer's, or that of an operator who undoes all;
     *   undefined where there is none
     */
    async refundBegun(id: string): Promise<'refund' | 'undo' | undefined> {
      const refunds = await payment.refundsOf(chargeKey(id));
      if (refunds.some(({ key }) => key !== refundKey(id, CANCEL_REFUND))) return 'undo';
      return refunds.some((refund) => !cameToNothing(refund)) ? 'refund' : undefined;
    },

    /** What became of a refund whose answer was lost. @throws ApplicationFailure `needs-operator` */
    settleRefund: (id: string, step: string, request: string) =>
      parking.watch(refundKey(id, step), 'REFUND_IN_DOUBT', () => settlement.settleRefund(id, step, request)),

    /**
     * Nothing of a charge stays captured.
     * @returns what became of the money: an operator may have written it off before
     * @throws ApplicationFailure `needs-operator`
     */
    async giveBack(id: string): Promise<MoneyBack> {
      await parking.watch(refundKey(id, UNDO), 'UNDO', () => settlement.giveBack(id));
      return (await payment.isWrittenOff(chargeKey(id))) ? 'WRITTEN_OFF' : 'REFUNDED';
    },

    /** @throws ApplicationFailure `not-parked`, `still-in-doubt`, `refund-owed` */
    async decide(decision: Decision): Promise<void> {
      await notices.refuseUndecided(decision);
      await parking.decide(decision);
    },

    /** The undo of a saga's step lasts, since then (epoch milliseconds). @returns whether it needs an operator by now */
    undoLasts: (about: string, since: number) => parking.lasts(about, since),

    /** It has come about after all. */
    undone: (about: string) => parking.over(about),

    /**
     * @returns the rentals whose unpaid bill can be paid now
     * @throws ApplicationFailure `payment-unavailable`: too late
     */
    async creditTopUp(order: TopUp): Promise<string[]> {
      await topUps.credit(order);
      return bills.payable(order.customer);
    },

    readStatement: () => reconciliation.readStatement(),

    /** @returns the differences between ledger and statement that wait for an operator */
    compareBooks: (upTo: number) => reconciliation.compareBooks(upTo),

    /** @returns whether a reported difference is one no more */
    async checkDifference(report: string): Promise<boolean> {
      const corrected = await reconciliation.isCorrected(report);
      if (corrected) await parking.over(report);
      return corrected;
    },

    /** @returns whether nothing of what the provider has told of waits for an operator */
    checkNotice: (notice: Notice) => notices.check(notice),

    /** @returns whether what was refunded late is cancelled by now, or else waits for an operator */
    checkLateRefund: (key: string) => parking.park(key),

    /** What was refunded late has been cancelled. */
    closeLateRefund: (id: string) => parking.over(refundKey(id, CANCEL_REFUND)),

    /** @returns CREDITED when it had been, whatever the saga met since: that stands */
    failTopUp: (order: TopUp, failure: string) => topUps.fail(order, failure),

    /**
     * @returns the rentals whose unpaid bill can be paid now
     * @throws ApplicationFailure `payment-unavailable`: too late
     */
    async creditConversion(order: Conversion): Promise<string[]> {
      await conversions.credit(order);
      return bills.payable(order.customer);
    },

    /** @returns CREDITED when it had been, whatever the saga met since: that stands */
    refuseConversion: (order: Conversion) => conversions.fail(order, 'payment-unavailable'),

    /** @returns false when the deposit holds too little for now */
    payBill: (bill: PayBill) => bills.pay(bill),
  };

  async function chargeCard(order: Charge, token: string): Promise<Captured> {
    const { opened, charge } = await payment.openCharge(order);
    const captured = opened ? await send(order, token, charge) : outcomeOf(charge);
    if (!captured) throw refusal('payment-unavailable');
    return captured;
  }

  async function chargeCardAgain(order: Charge, token: string): Promise<Captured | undefined> {
    const claim = await payment.openChargeAgain(order).catch((error: unknown) => {
      if (!isUnreachable(error)) throw error;
    });
    if (!claim) return undefined;
    const { charge, before } = claim;
    if (!inDoubt(charge)) return outcomeOfTries(charge);
    return send(order, token, charge, before !== undefined && inDoubt({ state: before }));
  }

  async function outcomeOfTries(charge: ChargeRow): Promise<Captured> {
    if (await isClosed(charge)) throw refusal(CHARGE_CLOSED);
    return outcomeOf(charge);
  }

  /** Nothing is paid under its key any more; what was captured all the same goes back. */
  async function isClosed({ state, key }: ChargeRow): Promise<boolean> {
    return state === 'VOID' || (state === 'CAPTURED' && (await payment.cameLate(key)));
  }

  /**
   * Asks the provider for a charge that is open.
   * @param doubtful whether it may have been sent before: then a try that was not sent leaves it in doubt
   * @returns undefined when nothing was sent
   */
  async function send(
    { for: id, amount, withinMs }: Charge,
    token: string,
    charge: ChargeRow,
    doubtful = false,
  ): Promise<Captured | undefined> {
    const { key } = charge;
    try {
      const { chargeId } = await breaker.execute(() => provider.charge({ key, amount, token, withinMs }));
      if (await payment.settleCharge(key, 'CAPTURED', chargeId)) return { paymentId: charge.id };
      if (givenUpOn(await payment.charge(key))) await settlement.giveBackLate(id, chargeId);
      throw refusal('payment-unavailable');
    } catch (error) {
      if (error instanceof ApplicationFailure) throw error;
      const declined = error instanceof Declined;
      if (notSent(error) && !doubtful && (await payment.chargeNotSent(charge))) return undefined;
      await payment.settleCharge(key, declined ? 'DECLINED' : 'UNKNOWN');
      throw refusal(declined ? 'payment-declined' : 'payment-unavailable');
    }
  }

  async function refundCard(refund: RefundRow, chargeId: string): Promise<Refunded> {
    const { amount } = refund;
    // This process may have stood still since it was opened.
    if (!(await payment.maySendRefund(refund))) throw refusal('refund-unavailable');
    try {
      await breaker.execute(() => provider.refund({ key: providerKeyOf(refund), chargeId, amount }));
      await settlement.refunded(refund);
      return { amount };
    } catch (error) {
      const refused = error instanceof RefundRefused;
      await payment.settleRefund(refund, refused ? 'REFUSED' : notSent(error) ? 'NOT_REFUNDED' : 'UNKNOWN');
      throw refusal(refused ? 'refund-refused' : notSent(error) ? 'refund-unavailable' : REFUND_UNKNOWN);
    }
  }
}

export type PaymentActivities = ReturnType<typeof createActivities>;

function outcomeOf(charge: ChargeRow): Captured {
  if (charge.state === 'CAPTURED') return { paymentId: charge.id };
  throw refusal(charge.state === 'DECLINED' ? 'payment-declined' : 'payment-unavailable');
}

const notSent = (error: unknown) => error instanceof NotProcessed || error instanceof BrokenCircuitError;
