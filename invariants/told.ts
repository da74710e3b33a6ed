import type { Knex } from 'knex';
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

/** Each transition has one event: the events of a thing in a status are one of its lawful sequences. */
export function toldLaw<Status extends string>(
  id: string,
  what: string,
  lives: Readonly<Record<Status, RegExp>>,
): ThingLaw<{ id: string; status: string; told: string }> {
  return {
    id: `${id}-told`,
    holds: `The events of each ${what} are the transitions that it made, in order`,
    rule: 9,
    breach: ({ id: of, status, told }) => {
      const life = (lives as Readonly<Record<string, RegExp>>)[status];
      if (life?.test(told) || isFromBefore(told)) return undefined;
      return `${what} ${of} is ${status}, and its events are: ${told || 'none'}`;
    },
  };
}
