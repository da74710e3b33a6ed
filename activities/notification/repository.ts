import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import type { Event } from '../../events/event';
import { newestFirst } from './numbered';

export interface MessageRow {
  id: string;
  /** The customer's first is 1; none is left out. */
  number: number;
  /** Such as "movie.booked". */
  event: string;
  data: Record<string, unknown>;
  at: Date;
}

const MESSAGE = ['id', 'number', 'event', 'data', 'at'] as const;

/** Puts a message about each event into the inbox of the customer whom it concerns. */
export async function putMessages(tx: Knex, events: readonly Event[]): Promise<void> {
  if (events.length === 0) return;
  const told = events.map(({ id, type, customer, data, at }, n) => ({
    ...{ n, id: typeid('msg').toString(), event_id: id, event: type, customer, data, at },
  }));
  await tx.raw(
    `WITH told AS (
       SELECT *, row_number() OVER (PARTITION BY customer ORDER BY n) AS nth, count(*) OVER (PARTITION BY customer) AS total
       FROM jsonb_to_recordset(CAST(:told AS jsonb))
         AS t(n int, id text, event_id text, event text, customer text, data jsonb, at timestamptz)),
     inbox AS (
       INSERT INTO notification.inboxes AS i (customer, last)
       SELECT DISTINCT customer, total FROM told ORDER BY customer
       ON CONFLICT (customer) DO UPDATE SET last = i.last + excluded.last RETURNING i.customer, i.last)
     INSERT INTO notification.messages (customer, number, id, event_id, event, data, at)
     SELECT customer, i.last - total + nth, id, event_id, event, data, at FROM told JOIN inbox i USING (customer) ORDER BY n`,
    { told: JSON.stringify(told) },
  );
}

/** Newest first. `before`: the id of the last one seen. @returns undefined where that is none of theirs */
export const newestMessages = (db: Knex, customer: string, limit: number, before?: string) =>
  newestFirst<MessageRow>(db, 'notification.messages', {
    limit,
    before,
    whose: { customer },
    columns: MESSAGE,
  });

/** The number of the last message that each of these customers had; whoever never had one is not in it. */
export async function lastNumbers(db: Knex, customers: readonly string[]): Promise<Map<string, number>> {
  const rows = await db('notification.inboxes')
    .whereRaw('customer = ANY(?)', [[...customers]])
    .select<{ customer: string; last: number }[]>('customer', 'last');
  return new Map(rows.map(({ customer, last }) => [customer, last]));
}

/** Those after that number, in their order. */
export async function messagesAfter(
  db: Knex,
  customer: string,
  number: number,
  limit: number,
): Promise<MessageRow[]> {
  return db('notification.messages')
    .where({ customer })
    .where('number', '>', number)
    .orderBy('number')
    .limit(limit)
    .select<MessageRow[]>(MESSAGE);
}
