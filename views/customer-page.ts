import type { Knex } from 'knex';
import type { View } from './view';

/** The newest of everything of a customer's. */
export interface CustomerPage {
  /** What the deposit holds, whole KRW. */
  balance: number;
  /** View → what its `page` has of each row, the newest first. */
  lists: Readonly<Record<string, readonly unknown[]>>;
}

/** An event of a customer that not every view has taken. */
export interface Untaken {
  domain: string;
  subject: string;
  xid: string;
  position: number;
  at: Date;
}

/** How far a view has come in a source. */
interface ViewPlace {
  view: string;
  source: string;
  xid: string;
  position: number;
}

export interface Read {
  page: CustomerPage;
  places: ViewPlace[];
  /** The customer's newest events beyond the view that has come least far; from the domains of this database. */
  ahead: Untaken[];
}

/** Of the events that are ahead so many are read of each domain. */
export const AHEAD = 20;

const newest = (view: string, { columns, where = 'true' }: NonNullable<View['page']>) => `
  '${view}', (SELECT COALESCE(json_agg(p), '[]') FROM (
    SELECT ${Object.entries(columns)
      .map(([property, column]) => `${column} AS "${property}"`)
      .join(', ')}
    FROM views.${view} WHERE customer = :customer AND ${where} ORDER BY id DESC LIMIT :limit) p)`;

const ahead = (domain: string) => `
  (SELECT '${domain}' AS domain, o.subject, o.xid::text, o.position, o.at FROM ${domain}.outbox o
   WHERE o.customer = :customer AND (o.xid, o.position) > (
     SELECT p.xid, p.position FROM (
       SELECT xid, position FROM places WHERE source = '${domain}' OR source LIKE '${domain}/%'
       UNION ALL SELECT '0', 0 WHERE NOT EXISTS (SELECT FROM places)) p
     ORDER BY p.xid, p.position LIMIT 1)
   ORDER BY o.xid DESC, o.position DESC LIMIT ${AHEAD})`;

/**
 * The page, and how far its views have come, in one statement.
 * @param views all of them
 * @param domains those whose outboxes are in the same database as the views
 */
export function pageStatement(views: readonly View[], domains: readonly string[]): string {
  const names = views.map(({ name }) => `'${name}'`).join(', ');
  const lists = views.flatMap(({ name, page }) => (page ? [newest(name, page)] : []));
  return `
    WITH places AS MATERIALIZED (
      SELECT consumer AS view, source, xid, position FROM views.checkpoints WHERE consumer IN (${names}))
    SELECT json_build_object(
      'page', json_build_object(
        'balance', COALESCE((SELECT balance FROM views.deposits WHERE customer = :customer), 0),
        'lists', json_build_object(${lists.join(', ')})),
      'places', (SELECT COALESCE(json_agg(p), '[]')
                 FROM (SELECT view, source, xid::text, position FROM places) p),
      'ahead', ${
        domains.length === 0
          ? "'[]'::json"
          : `(SELECT COALESCE(json_agg(a), '[]') FROM (${domains.map(ahead).join(' UNION ALL ')}) a)`
      }
    )::text AS read`;
}

/** @param statement from pageStatement @param limit so many of each */
export async function readPage(db: Knex, statement: string, customer: string, limit: number): Promise<Read> {
  const { rows } = await db
    .raw<{ rows: [{ read: string }] }>(statement, { customer, limit })
    // Prepared once on each connection: to plan it takes longer than to run it.
    .options({ name: 'page of a customer' });
  return JSON.parse(rows[0].read, withTimes) as Read;
}

/** JSON has no times: every property whose name says that it is one, if it is known. */
const withTimes = (property: string, value: unknown) =>
  (property === 'at' || property.endsWith('At')) && typeof value === 'string' ? new Date(value) : value;
