import { type LawSet, sqlLaws } from './law';
import { LEDGER, PAYMENTS } from './ledger';
import { STATEMENT } from './statement';
import { TOP_UPS } from './top-ups';

export const DEPOSITS = sqlLaws('payment', [
  {
    id: 'deposit-told',
    holds: 'A deposit is what its events add up to',
    rule: 9,
    breaches: `
    SELECT a.id, format('%s holds %s, told as %s', a.id, a.balance, COALESCE(o.told, 0)) AS breach
    FROM payment.accounts a LEFT JOIN (
      SELECT 'deposit:' || customer AS id, sum((data ->> 'amount')::bigint) AS told FROM payment.outbox
      WHERE type IN ('payment.deposit-moved', 'payment.deposit-recorded') GROUP BY customer) o USING (id)
    WHERE a.id LIKE 'deposit:%' AND a.balance <> COALESCE(o.told, 0)`,
  },
]);

export const LAWS: readonly LawSet[] = [LEDGER, PAYMENTS, STATEMENT, TOP_UPS, DEPOSITS];
