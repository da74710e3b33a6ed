import { sqlLaws, type LawSet } from './law';
import { asTold } from './told';
import { pageLaw } from './views';

export const BILLS = sqlLaws('billing', [asTold({ what: 'bill', table: 'billing.bills' })]);

export const LAWS: readonly LawSet[] = [
  BILLS,
  pageLaw({
    view: 'rentals',
    domain: 'billing',
    what: 'bill',
    events: /^billing\./,
    columns: ['bill_status', 'minutes', 'fee', 'tariff'],
    subject: 'bill_id',
  }),
];
