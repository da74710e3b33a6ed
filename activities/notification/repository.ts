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

/** Puts a message about the event into the inbox of the customer whom it concerns: one an event. */
export async function putMessage(tx: Knex, { id, type, customer, data, at }: Event): Promise<void> {
  await tx.raw(
    `WITH inbox AS (
       INSERT INTO notification.inboxes AS i (customer, last) VALUES (:customer, 1)
       ON CONFLICT (customer) DO UPDATE SET last = i.last + 1 RETURNING i.customer, i.last)
     INSERT INTO notification.messages (customer, number, id, event_id, event, data, at)
     SELECT customer, last, :messageId, :id, :type, :data, :at FROM inbox`,
    { customer, messageId: typeid('msg').toString(), id, type, data: JSON.stringify(data), at },
  );
}

/** Newest first. `before`: the id of the last one seen. */
export async function newestMessages(
  db: Knex,
  customer: string,
  limit: number,
  before?: string,
): Promise<MessageRow[]> {
  const rows = newestFirst(db, 'notification.messages', limit, before, { customer });
  return rows.select<MessageRow[]>(MESSAGE);
}

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
