import { sqlLaws } from './law';

const SIGN = 'CASE e.account WHEN t.to_account THEN t.amount WHEN t.from_account THEN -t.amount END';

/** P1: the ledger by itself. */
export const LEDGER = sqlLaws('payment', [
  {
    id: 'ledger-zero',
    holds: 'All accounts together are 0',
    rule: 1,
    breaches: `SELECT 'sum' AS id, 'the sum of all accounts is ' || sum(balance) AS breach FROM payment.accounts HAVING sum(balance) <> 0`,
  },
  {
    id: 'ledger-balances',
    holds: 'An account holds what its entries add up to',
    rule: 1,
    breaches: `SELECT a.id, format('account %s holds %s, its entries %s', a.id, a.balance, coalesce(sum(e.amount), 0)) AS breach
      FROM payment.accounts a LEFT JOIN payment.entries e ON e.account = a.id
      GROUP BY a.id HAVING a.balance <> coalesce(sum(e.amount), 0)`,
  },
  {
    id: 'ledger-running-balance',
    holds: 'Each entry says the balance that was then',
    rule: 1,
    breaches: `SELECT position || account AS id, format('entry %s of %s says %s, was %s', position, account, balance, was) AS breach
      FROM (SELECT *, sum(amount) OVER (PARTITION BY account ORDER BY position) AS was FROM payment.entries) e
      WHERE balance <> was`,
  },
  {
    id: 'ledger-two-entries',
    holds: 'A transfer has two entries, of its amount',
    rule: 1,
    breaches: `SELECT t.key AS id, format('transfer %s (%s) of %s has the entries %s', t.position, t.key, t.amount,
        coalesce(string_agg(e.account || ' ' || e.amount, ', '), 'none')) AS breach
      FROM payment.transfers t LEFT JOIN payment.entries e ON e.position = t.position
      GROUP BY t.position HAVING count(*) FILTER (WHERE e.amount = ${SIGN}) <> 2 OR count(*) <> 2
      UNION ALL
      SELECT e.position || e.account, format('entry %s of %s has no transfer', e.position, e.account) FROM payment.entries e
      LEFT JOIN payment.transfers t ON t.position = e.position WHERE t.position IS NULL`,
  },
  {
    id: 'ledger-never-negative',
    holds: 'Deposits and points are never below 0',
    rule: 1,
    breaches: `SELECT id, format('account %s holds %s', id, balance) AS breach FROM payment.accounts
      WHERE balance < 0 AND id ~ '^(deposit|points):'`,
  },
  {
    id: 'ledger-chain',
    holds: 'The chain of hashes is whole',
    rule: 1,
    breaches: `SELECT key AS id, format('transfer %s (%s) does not follow from the one before', position, key) AS breach
      FROM (SELECT t.position, t.key, t.hash, t.position - lag(t.position, 1, 0::bigint) OVER w AS step,
          payment.link(lag(t.hash, 1, sha256('haru')) OVER w, t) AS link
        FROM payment.transfers t WINDOW w AS (ORDER BY t.position)) l
      WHERE hash <> link OR step <> 1
      UNION ALL
      SELECT 'end', format('the chain ends at %s, the last transfer is %s', c.position, coalesce(t.position, 0))
      FROM payment.chain c
      LEFT JOIN (SELECT position, hash FROM payment.transfers ORDER BY position DESC LIMIT 1) t ON true
      WHERE c.position <> coalesce(t.position, 0) OR c.hash <> coalesce(t.hash, sha256('haru'))`,
  },
]);

/** A refund that failed after it was made has a counterpart; `b` is its transfer. */
export const HAS_FAILED = `EXISTS (SELECT FROM payment.transfers f WHERE f.kind = 'REFUND_FAILED'
  AND f.key = b.key || '/failed' AND f.amount = b.amount)`;

const PATHS: Readonly<Record<string, [from: string, to: string]>> = {
  CAPTURE: ['provider', '(revenue:.+|top-ups)'],
  REFUND: ['(refunds|top-ups)', 'provider'],
  REFUND_FAILED: ['provider', '(refunds|top-ups)'],
  PURCHASE: ['deposit:.+', 'revenue:.+'],
  PURCHASE_REFUND: ['refunds', 'deposit:.+'],
  TOP_UP: ['top-ups', 'deposit:.+'],
  BILL: ['deposit:.+', 'revenue:bike'],
  CONVERSION: ['points', 'deposit:.+'],
};
const LAWFUL_PATHS = Object.entries(PATHS)
  .map(([kind, [from, to]]) => `^${kind} ${from} ${to}$`)
  .join('|');

/** P2: charges and refunds compared with the ledger. */
export const PAYMENTS = sqlLaws('payment', [
  {
    id: 'transfer-accounts',
    holds: 'A transfer goes between the accounts that its kind connects',
    rule: 1,
    breaches: `SELECT key AS id, format('transfer %s is a %s from %s to %s', key, kind, from_account, to_account) AS breach
      FROM payment.transfers WHERE kind NOT IN ('SETTLEMENT', 'WRITE_OFF')
        AND kind || ' ' || from_account || ' ' || to_account !~ '${LAWFUL_PATHS}'`,
  },
  {
    id: 'captured-is-booked',
    holds: 'What is captured is booked, and nothing else',
    rule: 2,
    breaches: `SELECT coalesce(c.key, t.key) AS id, format('charge %s is %s over %s, booked %s', coalesce(c.key, t.key), coalesce(c.state, 'unknown'),
        c.amount, coalesce(t.amount::text, 'nothing')) AS breach
      FROM (SELECT * FROM payment.charges WHERE state = 'CAPTURED') c
      FULL JOIN (SELECT * FROM payment.transfers WHERE kind IN ('CAPTURE', 'PURCHASE')) t ON t.key = c.key
      WHERE c.amount IS DISTINCT FROM t.amount`,
  },
  {
    id: 'refunded-is-booked',
    holds: 'What is refunded is booked, and nothing else',
    rule: 2,
    breaches: `SELECT coalesce(r.booked, t.key) AS id, format('refund %s is %s over %s, booked %s', coalesce(r.booked, t.key), coalesce(r.state, 'unknown'),
        r.amount, coalesce(t.amount::text, 'nothing')) AS breach
      FROM (SELECT *, CASE state WHEN 'REFUNDED' THEN key || '/' || attempt ELSE key END AS booked FROM payment.refunds
        WHERE state IN ('REFUNDED', 'SETTLED', 'WRITTEN_OFF')) r
      FULL JOIN (SELECT * FROM payment.transfers b WHERE kind IN ('REFUND', 'PURCHASE_REFUND') AND NOT ${HAS_FAILED}
        OR (kind IN ('SETTLEMENT', 'WRITE_OFF') AND key = business_id || '/by-hand')) t ON t.key = r.booked
      WHERE r.amount IS DISTINCT FROM t.amount`,
  },
  {
    id: 'refunds-within-charge',
    holds: 'Refunds never exceed their charge',
    rule: 2,
    breaches: `SELECT c.key AS id, format('charge %s of %s has %s refunded, its refunds are %s', c.key, c.amount, c.refunded,
        coalesce(sum(r.amount), 0)) AS breach
      FROM payment.charges c LEFT JOIN payment.refunds r
        ON r.charge_key = c.key AND r.state NOT IN ('REFUSED', 'NOT_REFUNDED', 'FAILED')
      GROUP BY c.key HAVING c.refunded > c.amount OR c.refunded <> coalesce(sum(r.amount), 0)`,
  },
  {
    id: 'doubt-is-short',
    holds: 'Nothing stays in doubt for more than an hour unless it waits for an operator',
    rule: 2,
    breaches: `SELECT key AS id, format('%s is %s since %s', key, state, sent_at) AS breach
      FROM (SELECT key, state, sent_at FROM payment.charges
        UNION ALL SELECT key, state, sent_at FROM payment.refunds) d
      WHERE state IN ('SENT', 'UNKNOWN') AND sent_at < now() - interval '1 hour' AND NOT EXISTS
        (SELECT FROM payment.parked p WHERE p.business_id = split_part(d.key, '/', 1) AND p.ended_at IS NULL)`,
  },
]);
