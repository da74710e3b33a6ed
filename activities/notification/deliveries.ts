import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import type { Event } from '../../events/event';
import { newestFirst } from './numbered';

export const CHANNELS = ['EMAIL', 'WEBHOOK', 'KAKAO'] as const;
export type Channel = (typeof CHANNELS)[number];
export const DELIVERY_STATUSES = ['PENDING', 'SENT', 'FAILED'] as const;
type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event on its way to one recipient. */
export interface DeliveryRow {
  /** The same for every try: by it receivers know a double. */
  id: string;
  event_id: string;
  /** Such as "movie.booked". */
  event: string;
  channel: Channel;
  /** An address, a phone number, or the id of an endpoint. */
  recipient: string;
  customer: string | null;
  content: Record<string, unknown>;
  status: DeliveryStatus;
  /** Over all, resends included. */
  attempts: number;
  last_error: string | null;
  at: Date;
  updated_at: Date;
}

/**
 * Hands one delivery over.
 * @throws Unwanted when nobody wants it any more; any other error when another try may succeed
 */
export type Send = (delivery: DeliveryRow, signal: AbortSignal) => Promise<void>;

/** A job may start more often than a delivery is tried: each crash of its process is a start. */
const STARTS_AT_MOST = 100;

/** One recipient's server may be slow or away: it holds up as many senders as it has lanes. A subject keeps to its own. */
const ENQUEUED = `
  SELECT notification_jobs.add_job('deliver', json_build_object('id', id), job_key => id,
    queue_name => CASE channel WHEN 'WEBHOOK' THEN recipient ELSE channel END || '/' || (hashtext(subject) & 3),
    max_attempts => ${STARTS_AT_MOST})
  FROM posted`;

/**
 * Has the event sent, once this transaction commits; once an event, channel and recipient.
 * @param atMost so many of a type and recipient within an hour: what is over is not sent
 */
export async function post(
  tx: Knex,
  { id, type, subject }: Pick<Event, 'id' | 'type' | 'subject'>,
  to: Pick<DeliveryRow, 'channel' | 'recipient' | 'customer' | 'content'>,
  atMost: number | null = null,
): Promise<void> {
  await tx.raw(
    `WITH posted AS (
       INSERT INTO notification.deliveries (id, event_id, event, subject, channel, recipient, customer, content)
       SELECT :deliveryId, :id, :type, :subject, :channel, :recipient, :customer, CAST(:content AS jsonb)
       WHERE CAST(:atMost AS integer) IS NULL OR :atMost > (
         SELECT count(*) FROM notification.deliveries
         WHERE recipient = :recipient AND event = :type AND at > now() - interval '1 hour')
       ON CONFLICT (event_id, channel, recipient) DO NOTHING RETURNING id, channel, recipient, subject)
     ${ENQUEUED}`,
    {
      ...to,
      content: JSON.stringify(to.content),
      atMost,
      deliveryId: typeid('dlv').toString(),
      id,
      type,
      subject,
    },
  );
}

/** Has a trial event sent to an endpoint, once for an id. @param id of the trial */
export async function postTrial(db: Knex, endpoint: string, id: string): Promise<DeliveryRow> {
  const event = { id: `webhook/${id}`, type: 'webhook.test', subject: endpoint };
  const content = {
    ...{
      specversion: '1.0',
      id: event.id,
      source: '/webhook',
      type: 'haru.webhook.test.v1',
      subject: endpoint,
    },
    ...{ time: new Date().toISOString(), datacontenttype: 'application/json', data: {} },
  };
  await post(db, event, { channel: 'WEBHOOK', recipient: endpoint, customer: null, content });
  const sent = await db('notification.deliveries')
    .where({ event_id: event.id })
    .first<DeliveryRow | undefined>();
  return sent as DeliveryRow;
}

/** Has one that FAILED sent anew. @returns whether it had failed */
export async function resend(db: Knex, id: string): Promise<boolean> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `WITH posted AS (
       UPDATE notification.deliveries SET status = 'PENDING', updated_at = now()
       WHERE id = :id AND status = 'FAILED' RETURNING id, channel, recipient, subject)
     ${ENQUEUED}`,
    { id },
  );
  return rows.length > 0;
}

export async function deliveryById(db: Knex, id: string): Promise<DeliveryRow | undefined> {
  return db('notification.deliveries').where({ id }).first<DeliveryRow | undefined>();
}

/** Newest first. `before`: the id of the last one seen. @returns undefined where that is not there */
export const deliveries = (
  db: Knex,
  which: { status?: DeliveryStatus; channel?: Channel },
  limit: number,
  before?: string,
) => newestFirst<DeliveryRow>(db, 'notification.deliveries', { limit, before, which });

/** A try has ended: `error` says why it did not succeed, `status` what becomes of the delivery. */
export async function tried(
  db: Knex,
  id: string,
  { status, error = null }: { status: DeliveryStatus; error?: string | null },
): Promise<void> {
  await db('notification.deliveries')
    .where({ id })
    .update({ status, last_error: error, attempts: db.raw('attempts + 1'), updated_at: db.fn.now() });
}
