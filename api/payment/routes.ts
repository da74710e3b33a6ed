import { CONVERSIONS, Credits, TOP_UPS } from '../../activities/payment/credits';
import { LedgerReads } from '../../activities/payment/ledger-reads';
import { MoneyReads } from '../../activities/payment/money-reads';
import { PaymentReads } from '../../activities/payment/reads';
import type { Stocked } from '../deps';
import type { Api } from '../endpoint';
import { depositRoutes } from './deposits';
import { paymentExplanation } from './explanation';
import { parkedRoutes } from './parked';
import { stripeEventRoute } from './stripe-events';
import { topUpRoutes } from './top-ups';

export { offers } from './examples';

/** What routes read and write of this domain. */
export const stores = ({ databases }: Stocked) => ({
  topUps: new Credits(databases.payment, TOP_UPS),
  conversions: new Credits(databases.payment, CONVERSIONS),
  ledgerReads: new LedgerReads(databases.payment),
  moneyReads: new MoneyReads(databases.payment),
  paymentReads: new PaymentReads(databases.payment),
});

/** Seed 004, B5: deposits. P4: what operators decide about money that is stuck. */
export function routes(api: Api): void {
  topUpRoutes(api);
  depositRoutes(api);
  parkedRoutes(api);
  paymentExplanation(api);
  stripeEventRoute(api);
}
