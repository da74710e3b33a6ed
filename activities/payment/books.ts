import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import { businessIdOf } from './keys';
import { BY_HAND, type ByHand, transfer } from './ledger';
import type { ParkedRow } from './late';
import type { StatementLine } from './provider';

/** A movement that only one side has booked, or both with different amounts. */
export interface Difference {
  kind: 'CAPTURE' | 'REFUND';
  key: string;
  chargeId: string;
  /** Whole KRW; null where it is not booked. */
  provider: number | null;
  ledger: number | null;
}

/** So many rows in one statement. */
const AT_ONCE = 500;
const THE_SAME = 'b.key = s.key AND b.kind = s.kind AND b.charge_id = s.charge_id';
/** A refund that failed after it was made is in the ledger with its counterpart, and in the statement no more. */
const NOT_FAILED = `NOT EXISTS (SELECT FROM payment.transfers f WHERE f.key = b.key || '/failed')`;
const DIFFERENCE = `coalesce(s.kind, b.kind) AS kind, coalesce(s.key, b.key) AS key,
  coalesce(s.charge_id, b.charge_id) AS "chargeId", s.amount AS provider, b.amount AS ledger`;

/** All SQL that compares the provider's statement with our ledger. */
export class Books {
  constructor(private readonly db: Knex) {}

  /** Where the statement is to be read on from, and the last transfer made by now. */
  async position(): Promise<{ cursor: string | null; lastTransfer: number }> {
    const { rows } = await this.db.raw<{ rows: [{ cursor: string | null; lastTransfer: number }] }>(
      'SELECT r.cursor, c.position AS "lastTransfer" FROM payment.reconciliation r, payment.chain c',
    );
    return rows[0];
  }

  /** Lines that came before come to nothing. */
  async add(lines: readonly StatementLine[], cursor: string | null): Promise<void> {
    const rows = lines.map(({ kind, key, chargeId, amount, at }) => {
      return { kind: kind.toUpperCase(), key, charge_id: chargeId, amount, at };
    });
    await this.db.transaction(async (tx) => {
      if (rows.length > 0) await tx('payment.statement').insert(rows).onConflict().ignore();
      await tx('payment.reconciliation').update({ cursor });
    });
  }

  /** Lines of the statement, older than so long, that the ledger does not have and nobody has reported. */
  async unmatched(olderThanMs: number): Promise<Difference[]> {
    await this.db.raw(
      `UPDATE payment.statement s SET matched = true FROM payment.booked b
       WHERE NOT s.matched AND ${THE_SAME} AND b.amount = s.amount`,
    );
    const { rows } = await this.db.raw<{ rows: Difference[] }>(
      `SELECT ${DIFFERENCE} FROM payment.statement s LEFT JOIN payment.booked b ON ${THE_SAME}
       WHERE NOT s.matched AND s.at < now() - ? * interval '1 millisecond' AND NOT EXISTS
         (SELECT FROM payment.parked p WHERE p.key = s.key || '/' || s.kind || '/' || s.charge_id)
       ORDER BY s.at LIMIT ?`,
      [olderThanMs, AT_ONCE],
    );
    return rows;
  }

  /** Transfers up to that one, not yet compared, that the statement does not have. */
  async missing(upTo: number): Promise<Difference[]> {
    const { rows } = await this.db.raw<{ rows: Difference[] }>(
      `SELECT ${DIFFERENCE} FROM payment.reconciliation r
       JOIN payment.booked b ON b.position > r.compared_to AND b.position <= ?
       LEFT JOIN payment.statement s ON ${THE_SAME} WHERE s.key IS NULL AND ${NOT_FAILED}`,
      [upTo],
    );
    return rows;
  }

  async compared(upTo: number): Promise<void> {
    const compared_to = this.db.raw('greatest(compared_to, ?)', [upTo]);
    await this.db('payment.reconciliation').update({ compared_to });
  }

  /** Puts differences before the operators, each once. */
  async report(differences: readonly Difference[]): Promise<void> {
    const rows = differences.map((difference) => {
      const { kind, key, provider, ledger } = difference;
      const id = typeid('prk').toString();
      return {
        id,
        key: reportKey(difference),
        kind: 'MISMATCH',
        business_id: businessIdOf(key),
        workflow_id: id,
        amount: Math.abs((provider ?? 0) - (ledger ?? 0)),
        state: 'NEEDS_OPERATOR',
        error: `${kind} ${key}: the provider says ${provider ?? 'nothing'}, the ledger ${ledger ?? 'nothing'}`,
        parked_at: this.db.fn.now(),
      };
    });
    while (rows.length > 0)
      await this.db('payment.parked').insert(rows.splice(0, AT_ONCE)).onConflict('key').ignore();
  }

  /** What no saga sees to: differences, and what came late. */
  async reported(): Promise<Reported[]> {
    return this.db('payment.parked')
      .whereIn('kind', ['MISMATCH', 'LATE_CAPTURE', 'LATE_REFUND'])
      .whereNull('ended_at')
      .orderBy('id')
      .limit(AT_ONCE)
      .select<Reported[]>({ id: 'id', key: 'key', kind: 'kind', businessId: 'business_id' });
  }

  async hasEnded(report: string): Promise<boolean> {
    const row = await this.db('payment.parked')
      .where({ key: report })
      .whereNotNull('ended_at')
      .first<object | undefined>('id');
    return row !== undefined;
  }

  /** What a reported difference has come to; undefined when both sides say the same by now. */
  async difference(report: string, db: Knex = this.db): Promise<Difference | undefined> {
    const { rows } = await db.raw<{ rows: Difference[] }>(
      `SELECT ${DIFFERENCE}
       FROM (SELECT * FROM payment.statement WHERE key = :key AND kind = :kind AND charge_id = :chargeId) s
       FULL JOIN (SELECT * FROM payment.booked WHERE key = :key AND kind = :kind AND charge_id = :chargeId) b
       ON ${THE_SAME} WHERE s.key IS NOT NULL OR ${NOT_FAILED}`,
      reportedIn(report),
    );
    return rows[0] && rows[0].provider !== rows[0].ledger ? rows[0] : undefined;
  }

  /** The ledger follows the provider, against another account, by an operator's word. */
  async closeByHand(tx: Knex, row: ParkedRow, into: ByHand, reason: string): Promise<void> {
    const difference = await this.difference(row.key, tx);
    if (!difference) return;
    const { kind, key, chargeId, provider, ledger } = difference;
    const gained = ((provider ?? 0) - (ledger ?? 0)) * (kind === 'CAPTURE' ? 1 : -1);
    await transfer(tx, {
      key: `${row.key}/by-hand`,
      kind: BY_HAND[into],
      from: gained > 0 ? 'provider' : into,
      to: gained > 0 ? into : 'provider',
      amount: Math.abs(gained),
      businessId: row.business_id,
      reason,
    });
    await tx('payment.statement').where({ key, kind, charge_id: chargeId }).update({ matched: true });
  }
}

/** Something for a workflow of its own, named by its id. */
export interface Reported extends Pick<ParkedRow, 'id' | 'key'> {
  kind: 'MISMATCH' | 'LATE_CAPTURE' | 'LATE_REFUND';
  businessId: string;
}

const reportKey = ({ kind, key, chargeId }: Difference) => `${key}/${kind}/${chargeId}`;

function reportedIn(report: string) {
  const parts = report.split('/');
  return { key: parts.slice(0, -2).join('/'), kind: parts.at(-2) ?? '', chargeId: parts.at(-1) ?? '' };
}
