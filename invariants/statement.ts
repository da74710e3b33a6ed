import type { Breach, Law, LawSet, SqlLaw } from './law';
import { HAS_FAILED } from './ledger';
import type { World } from './world';

const SAME = 'b.key = s.key AND b.kind = s.kind AND b.charge_id = s.charge_id';

/** An operator has answered for it. */
const byHand = (of: string) => `EXISTS (SELECT FROM payment.parked p WHERE p.kind = 'MISMATCH'
  AND p.key = ${of}.key || '/' || ${of}.kind || '/' || ${of}.charge_id AND p.state IN ('SETTLED', 'WRITTEN_OFF'))`;

/** Of what a bank has taken back the statement says nothing. */
const DISPUTED = `EXISTS (SELECT FROM payment.parked p WHERE p.kind = 'DISPUTE' AND t.key = p.key || '/by-hand')`;

/** Its outcome is being found out. */
const IN_DOUBT = `EXISTS (SELECT FROM payment.charges c WHERE c.key = s.key AND c.state IN ('SENT', 'UNKNOWN'))
  OR EXISTS (SELECT FROM payment.refunds r WHERE r.key || '/' || r.attempt = s.key AND r.state IN ('SENT', 'UNKNOWN'))`;

const LAWS: readonly SqlLaw[] = [
  {
    id: 'moved-is-booked',
    holds: 'What the provider moved is booked',
    rule: 2,
    breaches: `SELECT s.key || s.kind || s.charge_id AS id, format('%s %s of %s at the provider (%s), booked %s', s.kind, s.key, s.amount, s.charge_id,
        coalesce(b.amount::text, 'nothing')) AS breach
      FROM statement_now s LEFT JOIN payment.booked b ON ${SAME}
      WHERE b.amount IS DISTINCT FROM s.amount AND NOT (${IN_DOUBT}) AND NOT ${byHand('s')}`,
  },
  {
    id: 'booked-is-moved',
    holds: 'What is booked the provider moved',
    rule: 2,
    breaches: `SELECT b.key || b.kind AS id, format('%s %s of %s is booked, and missing at the provider', b.kind, b.key, b.amount) AS breach
      FROM payment.booked b LEFT JOIN statement_now s ON ${SAME}
      WHERE s.key IS NULL AND b.at < (SELECT at FROM statement_read) AND NOT ${HAS_FAILED} AND NOT ${byHand('b')}`,
  },
  {
    id: 'provider-account',
    holds: 'The provider’s account is what its statement adds up to, but for disputes that were lost',
    rule: 2,
    breaches: `SELECT 'provider' AS id, format('account provider holds %s, the statement adds up to %s', held, said) AS breach
      FROM (SELECT
        (SELECT coalesce(sum(CASE to_account WHEN 'provider' THEN amount ELSE -amount END), 0)
          FROM payment.transfers t WHERE 'provider' IN (from_account, to_account) AND NOT ${DISPUTED} AND NOT (t.at >=
            (SELECT at FROM statement_read) AND NOT EXISTS (SELECT FROM statement_now s WHERE s.key = t.key))) AS held,
        (SELECT coalesce(sum(CASE kind WHEN 'REFUND' THEN amount ELSE -amount END), 0)
          FROM statement_now s WHERE NOT (${IN_DOUBT})) AS said) sums
      WHERE held <> said`,
  },
  {
    id: 'captured-once',
    holds: 'Nothing is captured twice',
    rule: 2,
    breaches: `SELECT split_part(key, '/', 1) AS id, format('%s was captured %s times', split_part(key, '/', 1), count(*)) AS breach
      FROM statement_now WHERE kind = 'CAPTURE' GROUP BY split_part(key, '/', 1) HAVING count(*) > 1`,
  },
];

/** P2, P3: the provider's statement compared with the ledger. */
export const STATEMENT: LawSet = {
  laws: LAWS.map(({ id, holds, rule }): Law => ({ id, holds, rule, place: 'payment' })),
  check: async (world) => {
    await readStatement(world);
    const found = [];
    for (const { id, holds, rule, breaches } of LAWS) {
      const { rows } = await world.statement.raw<{ rows: Breach[] }>(breaches);
      found.push({ id, holds, rule, place: 'payment' as const, breaches: rows });
    }
    return found;
  },
};

/** Fills temporary tables of this connection with the provider's whole statement, and when the reading began. */
async function readStatement({ statement: db, provider }: World): Promise<void> {
  await db.raw(`
    DROP TABLE IF EXISTS statement_now, statement_read;
    CREATE TEMP TABLE statement_now (kind text, key text, charge_id text, amount bigint,
      PRIMARY KEY (key, kind, charge_id));
    CREATE TEMP TABLE statement_read AS SELECT clock_timestamp() AS at;`);
  let [cursor, more] = [null as string | null, true];
  while (more) {
    const page = await provider.statement(cursor);
    const rows = page.lines.map(({ kind, key, chargeId, amount }) => {
      return { kind: kind.toUpperCase(), key, charge_id: chargeId, amount };
    });
    if (rows.length > 0) await db('statement_now').insert(rows).onConflict().ignore();
    ({ cursor, more } = page);
  }
  await db.raw('ANALYZE statement_now');
}
