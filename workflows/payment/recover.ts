import { proxyActivities } from '@temporalio/workflow';
import type { PaymentRecoveryActivities, Unmatched } from '../../activities/payment/recovery';
import type { RecoveryActivities, SaleState } from '../../activities/recovery';
import { reviveLost } from '../recover';
import type { Income } from './contract';
import { tellOfDeposit } from './unpaid';

/** So often at most are charges read on in one run; the next run begins anew. */
const READINGS = 100;

/** Who knows what becomes of what was charged. */
const sellerOf = (income: Income): string =>
  income === 'top-ups' ? 'payment' : income.slice('revenue:'.length);

const { unmatchedCharges, matchCharges, payableBills } = proxyActivities<PaymentRecoveryActivities>({
  startToCloseTimeout: '1m',
  retry: { maximumInterval: '10s' },
});

/** P5, of money: bills that can be paid by now, what waits for an operator, and charges that nothing was sold for. @returns ids of what goes on */
export async function recoverPayments(): Promise<string[]> {
  await tellOfDeposit(await payableBills());
  const found = await reviveLost();
  let charges: Unmatched[] = [];
  for (let left = READINGS, after = ''; left > 0; left--, after = charges.at(-1)?.id ?? '') {
    charges = await unmatchedCharges(after);
    if (charges.length === 0) break;
    for (const income of new Set(charges.map((charge) => charge.income))) {
      const ids = charges.filter((charge) => charge.income === income).map(({ id }) => id);
      const standings = await standingsIn(sellerOf(income), ids);
      if (standings) found.push(...(await matchCharges(standings)));
    }
  }
  return found;
}

/** @returns undefined while that service is down: it is asked the next time */
async function standingsIn(taskQueue: string, ids: string[]): Promise<Record<string, SaleState> | undefined> {
  const seller = proxyActivities<RecoveryActivities>({
    taskQueue,
    scheduleToStartTimeout: '5s',
    startToCloseTimeout: '10s',
    retry: { maximumAttempts: 1 },
  });
  try {
    return await seller.standings(ids);
  } catch {
    return undefined;
  }
}
