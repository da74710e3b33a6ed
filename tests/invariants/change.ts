import type { Knex } from 'knex';
import type { TestStack } from '../test-stack';

/** Puts back what was changed. */
export type Undo = () => Promise<void>;
/** ":booking" and the like stand for ids. */
export type Ids = Readonly<Record<string, string>>;

/** What breaks a law, and can be undone. */
export interface Change {
  /** All its text, to see which things it is about. */
  words: string;
  make: (stack: TestStack, ids: Ids) => Promise<Undo>;
}

/** An SQL expression in place of a literal. */
class Sql {
  constructor(readonly text: string) {}
}
export const sql = (text: string) => new Sql(text);

type Values = Readonly<Record<string, string | number | null | Sql>>;
/** Columns and their values, or a condition in SQL. */
type Where = string | Values;

/** Rows that hold something else. */
export const set = (table: string, where: Where, values: Values): Change =>
  behindTriggers(table, [where, values], async (tx, fill) => {
    const columns = Object.entries(values).map(([column, value]) => `${column} = ${literal(value)}`);
    const { rows } = await tx.raw<{ rows: { before: object; after: object }[] }>(
      fill(`UPDATE ${table} t SET ${columns.join()}
        FROM (SELECT ctid AS place, to_jsonb(s) AS before FROM ${table} s WHERE ${condition(where)}) was
        WHERE t.ctid = was.place RETURNING was.before, to_jsonb(t) AS after`),
    );
    const back = Object.keys(values).map((column) => `${column} = was.${column}`);
    return rows.map(({ before, after }) => ({
      sql: `UPDATE ${table} t SET ${back.join()} FROM jsonb_populate_record(NULL::${table}, :before) was
        WHERE to_jsonb(t) = :after`,
      values: { before: JSON.stringify(before), after: JSON.stringify(after) },
    }));
  });

/** Rows that are gone. */
export const remove = (table: string, where: Where): Change =>
  behindTriggers(table, [where], async (tx, fill) => {
    const { rows } = await tx.raw<{ rows: { before: object }[] }>(
      fill(`DELETE FROM ${table} t WHERE ${condition(where)} RETURNING to_jsonb(t) AS before`),
    );
    return rows.map(({ before }) => ({
      sql: `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::${table}, :before)`,
      values: { before: JSON.stringify(before) },
    }));
  });

/** Rows that were never made: like others, but for some columns. */
export const copy = (table: string, where: Where, values: Values): Change =>
  behindTriggers(table, [where, values], async (tx, fill) => {
    const columns = Object.entries(values).map(([column, value]) => `'${column}', ${literal(value)}`);
    const { rows } = await tx.raw<{ rows: { after: object }[] }>(
      fill(`INSERT INTO ${table} AS t OVERRIDING SYSTEM VALUE
        SELECT (jsonb_populate_record(s, jsonb_build_object(${columns.join()}))).*
        FROM ${table} s WHERE ${condition(where)} RETURNING to_jsonb(t) AS after`),
    );
    return rows.map(({ after }) => ({
      sql: `DELETE FROM ${table} t WHERE to_jsonb(t) = :after`,
      values: { after: JSON.stringify(after) },
    }));
  });

/** A change that the database would refuse: without this index or constraint of the table. */
export const without = (table: string, name: string, change: Change): Change => ({
  words: change.words,
  make: async (stack, ids) => {
    const { db } = stack;
    const { rows } = await db.raw<{ rows: [{ drop: string; create: string }] }>(
      `SELECT format('ALTER TABLE %s DROP CONSTRAINT %s', conrelid::regclass, conname) AS drop,
         format('ALTER TABLE %s ADD CONSTRAINT %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS create
       FROM pg_constraint WHERE conrelid = :table::regclass AND conname = :name
       UNION ALL
       SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
       FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = :table::regclass AND relname = :name`,
      { table, name },
    );
    await db.raw(rows[0].drop);
    const undo = await change.make(stack, ids);
    return async () => {
      await undo();
      await db.raw(rows[0].create);
    };
  },
});

/** Several that make one breach. */
export const all = (...changes: Change[]): Change => ({
  words: changes.map(({ words }) => words).join(),
  make: async (stack, ids) => {
    const undos: Undo[] = [];
    for (const change of changes) undos.unshift(await change.make(stack, ids));
    return async () => {
      for (const undo of undos) await undo();
    };
  },
});

const NAME = /:([a-z]\w*)/gi;

/** With the ids that its names stand for. */
export const filled = (text: string, ids: Ids) =>
  text.replace(NAME, (whole, name: string) => ids[name] ?? whole);

/** Which of the ids a text is about. */
export const namesIn = (text: string, ids: Ids): string[] =>
  [...text.matchAll(NAME)].flatMap(([, name = '']) => (name in ids ? [name] : []));

interface Statement {
  sql: string;
  values: Record<string, string>;
}

/** Changes rows while no trigger and no foreign key sees it. @param make does so, and returns what puts each row back */
function behindTriggers(
  table: string,
  words: unknown[],
  make: (tx: Knex, fill: (text: string) => string) => Promise<Statement[]>,
): Change {
  const run = async <T>({ db, bank }: TestStack, work: (tx: Knex) => Promise<T>): Promise<T> =>
    (table.startsWith('psp.') ? bank : db).transaction(async (tx) => {
      await tx.raw('SET LOCAL session_replication_role = replica');
      return work(tx);
    });
  return {
    words: JSON.stringify(words),
    make: async (stack, ids) => {
      const back = await run(stack, (tx) => make(tx, (text) => filled(text, ids)));
      if (back.length === 0) throw new Error(`no row of ${table} has changed: ${JSON.stringify(words)}`);
      return () =>
        run(stack, async (tx) => {
          for (const { sql, values } of back) {
            const { rowCount } = await tx.raw<{ rowCount: number }>(sql, values);
            if (rowCount !== 1)
              throw new Error(`a row of ${table} is not as it was left: ${JSON.stringify(words)}`);
          }
        });
    },
  };
}

function literal(value: Values[string]): string {
  if (value instanceof Sql) return value.text;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value ?? 'NULL');
}

const condition = (where: Where): string =>
  typeof where === 'string'
    ? where
    : Object.entries(where)
        .map(([column, value]) => `${column} = ${literal(value)}`)
        .join(' AND ');
