import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { chargeKey, refundKey } from './keys';
import { type PaymentProvider, RefundRefused } from './provider';
import type { ChargeRow, PaymentRepository, RefundRow } from './repository';

/**
 * A request that its sender gave up on may still arrive for so long. The provider registers a key on arrival:
 * one that it does not know after this was never sent, and never will be.
 */
const IN_FLIGHT_MS = 10_000;

const patiently = retry(handleAll, { maxAttempts: 10, backoff: new ExponentialBackoff({ maxDelay: 2_000 }) });

/** What settles doubts about money: asks the provider by key until it knows (P3). Tried again until it succeeds. */
export function createSettlement({
  payment,
  provider,
}: {
  payment: PaymentRepository;
  provider: PaymentProvider;
}) {
  return {
    /**
     * Whatever became of the charge, nothing of it stays captured; no later charge under its key is sent.
     * @throws Error while the provider cannot say, or refuses
     */
    async giveBack(id: string): Promise<void> {
      const key = chargeKey(id);
      const charge = await payment.voidCharge(key);
      if (charge.state === 'SENT' || charge.state === 'UNKNOWN') await settleCharge(charge);
      const settled = await payment.charge(key);
      if (settled.state === 'CAPTURED') await refundInFull(id, settled);
    },

    /** A sender held up for so long that the undo had settled its charge as never sent gives its capture back. */
    async giveBackLate(id: string, amount: number, chargeId: string): Promise<void> {
      await payment.captureLate(chargeKey(id), amount, chargeId);
      await patiently.execute(async () => refundInFull(id, await payment.charge(chargeKey(id))));
    },

    /**
     * What became of a refund whose answer was lost; the request that has not begun it by now never will.
     * @throws Error while the provider cannot say
     */
    async settleRefund(id: string, request: string): Promise<{ refunded: boolean }> {
      const refund = await payment.refuseRefund(await payment.charge(chargeKey(id)), request);
      if (refund.state === 'SENT' || refund.state === 'UNKNOWN') await ask(id, refund);
      return { refunded: (await payment.refund(chargeKey(id)))?.state === 'REFUNDED' };
    },
  };

  async function settleCharge({ key, amount, sent_at }: ChargeRow): Promise<void> {
    const known = await provider.find({ key, amount });
    if (known?.state === 'CAPTURED') await payment.settleCharge(key, 'CAPTURED', known.chargeId);
    else if (known?.state === 'DECLINED') await payment.settleCharge(key, 'DECLINED');
    else if (known === undefined && mayStillArrive(sent_at))
      throw new Error(`${key} may still reach the provider`);
    else if (known === undefined) await payment.settleCharge(key, 'NOT_CAPTURED');
    else throw new Error(`the provider has not decided on ${key}`);
  }

  async function ask(id: string, refund: RefundRow): Promise<void> {
    const known = await provider.find({ key: refund.charge_key, amount: refund.amount });
    if (known?.refundKeys.includes(refundKey(id, refund.attempt)))
      await payment.settleRefund(refund, 'REFUNDED');
    else if (mayStillArrive(refund.sent_at))
      throw new Error(`the refund of ${id} may still reach the provider`);
    else await payment.settleRefund(refund, 'NOT_REFUNDED');
  }

  async function refundInFull(id: string, charge: ChargeRow): Promise<void> {
    const { refund } = await payment.openRefund(charge);
    if (refund.state === 'REFUNDED' || charge.provider_charge_id === null) return;
    try {
      // The same key again: a refund that happened and was not heard of happens no second time.
      const key = refundKey(id, refund.attempt);
      await provider.refund({ key, chargeId: charge.provider_charge_id, amount: refund.amount });
      await payment.settleRefund(refund, 'REFUNDED');
    } catch (error) {
      if (error instanceof RefundRefused) await payment.settleRefund(refund, 'REFUSED');
      throw error;
    }
  }
}

const mayStillArrive = (sentAt: Date) => Date.now() - sentAt.getTime() < IN_FLIGHT_MS;
