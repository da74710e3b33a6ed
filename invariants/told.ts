import type { Knex } from 'knex';
import type { Lifecycle } from '../workflows/lifecycle';
import type { SqlLaw } from './law';
import type { ThingLaw } from './things';

/** The names of a thing's events in their order, without the domain's: "held,booked,ticket-issued". */
export async function toldOf(db: Knex, domain: string, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.raw<{ rows: { subject: string; told: string }[] }>(
    `SELECT subject, string_agg(split_part(type, '.', 2), ',' ORDER BY o.xid, position) AS told
     FROM :outbox: o WHERE subject = ANY(:ids) GROUP BY subject`,
    { outbox: `${domain}.outbox`, ids: [...ids] },
  );
  return new Map(rows.map(({ subject, told }) => [subject, told]));
}

/** What was there before there were events begins with one that records it. */
const isFromBefore = (told: string) => /^[\w-]*-recorded(,|$)/.test(told);

/**
 * Each transition has one event: the events of a row are those of transitions that lead to its status.
 * @param meanwhile what else may be told in a status, as a pattern such as "(,ticket-issued)?"
 */
export function toldLaw<Status extends string>(
  { statuses, acts }: Lifecycle<Status>,
  what: string,
  meanwhile: Partial<Record<Status, string>> = {},
): ThingLaw<{ id: string; status: string; told: string }> {
  const transitions = Object.values(acts);
  /** Patterns of the events up to a status and in it, on any way that passes each status once. */
  const ways = (status: Status, passed: readonly Status[] = []): string[] =>
    transitions
      .filter(({ to }) => to === status)
      .flatMap(({ from, tells }) => {
        const before = from.flatMap((each) => {
          if (each === null) return [''];
          return [status, ...passed].includes(each) ? [] : ways(each, [status, ...passed]);
        });
        return before.map((way) => `${way}${nameOf(tells)}${meanwhile[status] ?? ''}`);
      });
  const lives = new Map<string, RegExp>(
    statuses.map((status) => [status, new RegExp(`^(${ways(status).join('|')})$`)]),
  );
  return {
    id: `${what}-told`,
    holds: `The events of each ${what} are the transitions that it made, in order`,
    rule: 9,
    breach: ({ id, status, told }) => {
      if (lives.get(status)?.test(told && `,${told}`) || isFromBefore(told)) return undefined;
      return `${what} ${id} is ${status}, and its events are: ${told || 'none'}`;
    },
  };
}

/** "movie.held" as ",held". */
const nameOf = (event: string | undefined) => (event === undefined ? '' : event.replace(/^\w+\./, ','));

interface Things {
  what: string;
  table: string;
  /** What came to nothing has this status, and is never told of. */
  untold?: string;
  /** A field that the first event does not know yet. */
  later?: string;
}

/** What the last event tells of a thing is so; what it does not tell may be as it likes. */
export const asTold = ({ what, table, untold = '', later = '' }: Things): SqlLaw => {
  const [schema] = table.split('.');
  return {
    id: `${what}-as-told`,
    holds: `A ${what} is as its last event tells`,
    rule: 9,
    breaches: `
      SELECT id, format('${what} %s %s', id, CASE
        WHEN told IS NULL THEN 'was never told of'
        WHEN now IS NULL THEN 'came to nothing, and was told of'
        ELSE (SELECT 'has ' || string_agg(format('%s %s, told as %s', key, coalesce(now ->> key, 'nothing'),
            coalesce(value, 'nothing')), ' and ')
          FROM jsonb_each_text(told) WHERE value IS DISTINCT FROM now ->> key) END) AS breach
      FROM (
        SELECT t.id, CASE WHEN t.status <> '${untold}' THEN ${schema}.told(t) END AS now, (
          SELECT CASE WHEN o.data ->> '${later}' IS NULL THEN o.data - '${later}' ELSE o.data END FROM ${schema}.outbox o
          WHERE o.subject = t.id ORDER BY o.xid DESC, o.position DESC LIMIT 1) AS told
        FROM ${table} t) things
      WHERE CASE WHEN now IS NULL THEN told IS NOT NULL ELSE (now @> told) IS NOT TRUE END`,
  };
};
