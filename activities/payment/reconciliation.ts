import type { Books, Difference, Reported } from './books';
import type { PaymentProvider } from './provider';
import { givenUpOn, inDoubt } from './charge';
import type { PaymentRepository } from './repository';

/** What has just happened at the provider may still be on its way into the ledger. */
const ON_ITS_WAY_MS = 60_000;
const READ_WITHIN_MS = 4_000;

interface Deps {
  books: Books;
  payment: PaymentRepository;
  provider: PaymentProvider;
}

export type Reconciliation = ReturnType<typeof createReconciliation>;

/** Compares our ledger with the provider's statement, both ways: mends what is safe, reports the rest. */
export function createReconciliation({ books, payment, provider }: Deps) {
  return {
    /**
     * Reads on in the provider's statement, for a few seconds.
     * @returns whether there is more to read; the last transfer that was made before reading began
     * @throws Error while the provider cannot be asked
     */
    async readStatement(): Promise<{ more: boolean; lastTransfer: number }> {
      const { cursor: from, lastTransfer } = await books.position();
      let [cursor, more] = [from, true];
      for (const until = Date.now() + READ_WITHIN_MS; more && Date.now() < until;) {
        const page = await provider.statement(cursor);
        await books.add(page.lines, page.cursor);
        ({ cursor, more } = page);
      }
      return { more, lastTransfer };
    },

    /**
     * @param upTo the last transfer that the statement, as it has been read, must know
     * @returns what no saga sees to: differences, and what came late
     */
    async compareBooks(upTo: number): Promise<Reported[]> {
      const uncorrected: Difference[] = [];
      for (const difference of await books.unmatched(ON_ITS_WAY_MS))
        if (!(await correct(difference))) uncorrected.push(difference);
      await books.report([...uncorrected, ...(await books.missing(upTo))]);
      await books.compared(upTo);
      return books.reported();
    },

    /** Whether a reported difference is one no more, by itself or because it can be corrected by now. */
    async isCorrected(report: string): Promise<boolean> {
      if (await books.hasEnded(report)) return true;
      const difference = await books.difference(report);
      return !difference || correct(difference);
    },
  };

  /** @returns whether the ledger now says the same as the statement */
  async function correct({ kind, key, chargeId, provider: amount, ledger }: Difference): Promise<boolean> {
    if (amount === null || ledger !== null) return false;
    return kind === 'CAPTURE' ? correctCapture(key, chargeId, amount) : correctRefund(key, chargeId, amount);
  }

  /** A capture of ours that nobody has heard of: its saga gives it back, or has ended and it is reported. */
  async function correctCapture(key: string, chargeId: string, amount: number): Promise<boolean> {
    const charge = await payment.findCharge(key);
    if (charge?.amount !== amount) return false;
    if (inDoubt(charge)) return payment.settleCharge(key, 'CAPTURED', chargeId);
    if (!givenUpOn(charge)) return false;
    await payment.captureLate(key, chargeId);
    return true;
  }

  /** A refund of ours that was thought to be on its way, or to have come to nothing and perhaps was begun anew. */
  async function correctRefund(key: string, chargeId: string, amount: number): Promise<boolean> {
    const refund = await payment.refundSentAs({ key, chargeId, amount });
    return refund !== undefined && payment.refundLate(refund);
  }
}
