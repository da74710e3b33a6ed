import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { type ChargeRow, ExceedsCharge, inDoubt, providerKeyOf, type RefundRow } from './charge';
import { chargeKey, refundKey, UNDO } from './keys';
import { type PaymentProvider, RefundRefused } from './provider';
import type { PaymentRepository } from './repository';

/**
 * A request that its sender gave up on may still arrive for so long. The provider registers a key on arrival:
 * one that it does not know after this was never sent, and never will be.
 */
const IN_FLIGHT_MS = 10_000;

const patiently = retry(handleAll, { maxAttempts: 10, backoff: new ExponentialBackoff({ maxDelay: 2_000 }) });

export type Settlement = ReturnType<typeof createSettlement>;

/** What settles doubts about money: asks the provider by key until it knows (P3). Tried again until it succeeds. */
export function createSettlement({
  payment,
  provider,
  follow,
}: {
  payment: PaymentRepository;
  provider: PaymentProvider;
  /** Has what was parked under that key seen to at once. */
  follow: (key: string) => Promise<void>;
}) {
  return {
    refunded,

    /**
     * Whatever became of the charge, nothing of it stays captured; no later charge under its key is sent.
     * @throws Error while the provider cannot say, or refuses
     */
    async giveBack(id: string): Promise<void> {
      const charge = await close(chargeKey(id));
      if (charge.state === 'CAPTURED') await giveTheRestBack(id, charge);
    },

    /**
     * No charge under that business object's key is sent any more.
     * @returns the charge as it then stands for good: CAPTURED, DECLINED or VOID
     * @throws Error while the provider cannot say what became of it
     */
    close: (id: string) => close(chargeKey(id)),

    /** A sender held up for so long that the undo had settled its charge as never sent gives its capture back. */
    async giveBackLate(id: string, providerChargeId: string): Promise<void> {
      await payment.captureLate(chargeKey(id), providerChargeId);
      await patiently.execute(async () => giveTheRestBack(id, await payment.charge(chargeKey(id))));
    },

    /**
     * What became of a refund whose answer was lost; the request that has not begun it by now never will.
     * @throws Error while the provider cannot say
     */
    async settleRefund(id: string, step: string, request: string): Promise<{ refunded: boolean }> {
      const key = refundKey(id, step);
      const charge = await payment.charge(chargeKey(id));
      const refund = await payment.refuseRefund(charge, key, request);
      if (inDoubt(refund)) await ask(refund, charge);
      return { refunded: (await payment.refund(key))?.state === 'REFUNDED' };
    },
  };

  async function close(key: string): Promise<ChargeRow> {
    const charge = await payment.voidCharge(key);
    if (!inDoubt(charge)) return charge;
    const settled = await settleCharge(charge);
    const closed = settled.state === 'NOT_CAPTURED' ? await payment.voidCharge(key) : settled;
    if (inDoubt(closed)) throw new Error(`${key} was sent once more`);
    return closed;
  }

  async function settleCharge(charge: ChargeRow): Promise<ChargeRow> {
    const { key, amount, sent_at } = charge;
    const known = await provider.find({ key, amount });
    if (known?.state === 'CAPTURED') await payment.settleCharge(key, 'CAPTURED', known.chargeId);
    else if (known?.state === 'DECLINED') await payment.settleCharge(key, 'DECLINED');
    else if (known === undefined && mayStillArrive(sent_at))
      throw new Error(`${key} may still reach the provider`);
    // Unless it was sent once more meanwhile.
    else if (known === undefined) await payment.chargeNotSent(charge);
    else throw new Error(`the provider has not decided on ${key}`);
    return payment.charge(key);
  }

  async function ask(refund: RefundRow, { key, amount }: ChargeRow): Promise<void> {
    const known = await provider.find({ key, amount });
    const found = known?.refunds.find((made) => made.key === providerKeyOf(refund));
    if (found?.state === 'DONE') await payment.settleRefund(refund, 'REFUNDED');
    else if (found) throw new Error(`the provider has not decided on the refund ${refund.key}`);
    else if (mayStillArrive(refund.sent_at))
      throw new Error(`the refund ${refund.key} may still reach the provider`);
    else await payment.settleRefund(refund, 'NOT_REFUNDED');
  }

  /** Refunds in doubt are settled first: only then it is known what is left. */
  async function giveTheRestBack(id: string, charge: ChargeRow): Promise<void> {
    const key = refundKey(id, UNDO);
    const doubtful = (await payment.refundsOf(charge.key)).filter(inDoubt);
    for (const refund of doubtful) if (refund.key !== key) await ask(refund, charge);
    const refund = await openTheRest(charge.key, key);
    if (!refund || !inDoubt(refund) || charge.provider_charge_id === null) return;
    try {
      // The same key again: a refund that happened and was not heard of happens no second time.
      const order = {
        key: providerKeyOf(refund),
        chargeId: charge.provider_charge_id,
        amount: refund.amount,
      };
      if (!(await payment.maySendRefund(refund))) {
        await settledBefore(refund);
        return;
      }
      await provider.refund(order);
      await refunded(refund);
    } catch (error) {
      if (error instanceof RefundRefused) await payment.settleRefund(refund, 'REFUSED');
      throw error;
    }
  }

  /** Another attempt has settled it. @throws Error unless the money went back */
  async function settledBefore({ key }: RefundRow): Promise<void> {
    if ((await payment.refund(key))?.state !== 'REFUNDED')
      throw new Error(`the refund ${key} came to nothing`);
  }

  /** The provider has made it: also where it had been given up on meanwhile. */
  async function refunded(refund: RefundRow): Promise<void> {
    if (await payment.settleRefund(refund, 'REFUNDED')) return;
    if (await payment.refundLate(refund)) await follow(refund.key);
  }

  /** @returns undefined when nothing is left */
  async function openTheRest(chargeKey: string, key: string): Promise<RefundRow | undefined> {
    try {
      return (await payment.openRefund(chargeKey, { key })).refund;
    } catch (error) {
      if (error instanceof ExceedsCharge) return undefined;
      throw error;
    }
  }
}

const mayStillArrive = (sentAt: Date) => Date.now() - sentAt.getTime() < IN_FLIGHT_MS;
