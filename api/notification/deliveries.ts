import { z } from 'zod';
import {
  CHANNELS,
  deliveries,
  deliveryById,
  DELIVERY_STATUSES,
  type DeliveryRow,
  resend,
} from '../../activities/notification/deliveries';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { cursorOf, Instant, listOf, Page, pageOf, typeId } from '../schemas';

const Status = z.enum(DELIVERY_STATUSES);
const Channel = z.enum(CHANNELS);

export const SentMessage = z
  .strictObject({
    id: typeId('dlv'),
    eventId: z.string(),
    event: z.string().meta({ description: 'As in the catalogue, such as "movie.booked"' }),
    channel: Channel,
    to: z.string().meta({ description: 'An address, a phone number, or the id of a webhook' }),
    status: Status,
    attempts: z.int(),
    lastError: z.string().nullable(),
    at: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'SentMessage' });

export const sentMessage = (row: DeliveryRow): z.output<typeof SentMessage> => ({
  id: row.id,
  eventId: row.event_id,
  event: row.event,
  channel: row.channel,
  to: row.recipient,
  status: row.status,
  attempts: row.attempts,
  lastError: row.last_error,
  at: row.at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

/** What went out, or did not. */
export function deliveryRoutes(api: Api): void {
  const db = api.deps.databases.notification;
  const tag = 'Operations';

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/deliveries',
      summary: 'What was sent to the outside, or is to be, newest first',
      tag,
      who: ['admin'],
      query: Page.extend({
        cursor: cursorOf('dlv'),
        status: Status.optional(),
        channel: Channel.optional(),
      }),
      answers: { 200: listOf(SentMessage) },
    },
    async ({ query: { limit, cursor, status, channel } }) => {
      const which = { ...(status && { status }), ...(channel && { channel }) };
      const rows = await deliveries(db, which, limit + 1, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map(sentMessage), nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/operations/deliveries/{id}/resend',
      summary: 'Try a delivery again that has failed for good',
      tag,
      who: ['admin'],
      params: z.strictObject({ id: typeId('dlv') }),
      answers: { 200: SentMessage },
      problems: ['not-failed'],
    },
    async ({ params: { id } }) => {
      const again = await resend(db, id);
      const row = await deliveryById(db, id);
      if (!row) throw new Problem('not-found');
      if (!again) throw new Problem('not-failed');
      return { status: 200, body: sentMessage(row) };
    },
  );
}
