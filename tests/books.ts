import type { Knex } from 'knex';

/** Each finds what breaks one law of money (P1, P2); nothing, as long as it holds. */
const LAWS: Record<string, string> = {
  'the accounts do not add up to 0': `
    SELECT sum(balance)::text AS what FROM payment.accounts HAVING sum(balance) <> 0`,

  'the entries of a transfer are not its amount': `
    SELECT position || ' ' || account AS what FROM (
      SELECT position, to_account AS account, amount FROM payment.transfers
      UNION ALL SELECT position, from_account, -amount FROM payment.transfers) moved
    FULL JOIN payment.entries e USING (position, account) WHERE moved.amount IS DISTINCT FROM e.amount`,

  'a balance is not the sum of its entries': `
    SELECT id AS what FROM payment.accounts a
    WHERE balance <> coalesce((SELECT sum(amount) FROM payment.entries e WHERE e.account = a.id), 0)`,

  'an entry tells another balance than there was': `
    SELECT account || ' ' || position AS what FROM (
      SELECT *, sum(amount) OVER (PARTITION BY account ORDER BY position) AS so_far FROM payment.entries) e
    WHERE balance <> so_far`,

  'a deposit or points are below 0': `
    SELECT id AS what FROM payment.accounts WHERE id ~ '^(deposit|points):' AND balance < 0`,

  'a transfer does not follow from the one before': `
    SELECT position::text AS what FROM (
      SELECT t, position, hash, row_number() OVER w AS place, lag(hash, 1, sha256('haru')) OVER w AS previous
      FROM payment.transfers t WINDOW w AS (ORDER BY position)) linked
    WHERE hash <> payment.link(previous, t) OR position <> place`,

  'the chain ends elsewhere': `
    SELECT c.position::text AS what FROM payment.chain c
    LEFT JOIN (SELECT position, hash FROM payment.transfers ORDER BY position DESC LIMIT 1) t ON true
    WHERE (c.position, c.hash) <> (coalesce(t.position, 0), coalesce(t.hash, sha256('haru')))`,

  'a charge reserves something else than its refunds': `
    SELECT key AS what FROM payment.charges c
    WHERE refunded <> (
      SELECT coalesce(sum(amount), 0) FROM payment.refunds r
      WHERE r.charge_key = c.key AND r.state IN ('SENT', 'UNKNOWN', 'REFUNDED', 'SETTLED', 'WRITTEN_OFF'))`,
};

/** What is wrong with the payment service's books as they now are, in words; holds at any time, also under load. */
export async function breachesOfBooks(db: Knex): Promise<string[]> {
  const breaches: string[] = [];
  for (const [law, sql] of Object.entries(LAWS)) {
    const { rows } = await db.raw<{ rows: { what: string }[] }>(sql);
    breaches.push(...rows.map(({ what }) => `${law}: ${what}`));
  }
  return breaches;
}
