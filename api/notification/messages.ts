import { z } from 'zod';
import { type MessageRow, newestMessages } from '../../activities/notification/repository';
import { textOf } from '../../activities/notification/wording';
import { endpoint, type Api } from '../endpoint';
import type { Locale } from '../problem-row';
import { cursorOf, Instant, listOf, Page, pageOf, typeId } from '../schemas';

export const MessageView = z
  .strictObject({
    id: typeId('msg'),
    event: z.string().meta({ description: 'As in the catalogue, such as "movie.booked"' }),
    text: z.string().meta({ description: "In the reader's language" }),
    at: Instant,
  })
  .meta({ id: 'Message' });

export const messageView = (
  { id, event, data, at }: MessageRow,
  locale: Locale,
): z.output<typeof MessageView> => ({ id, event, text: textOf(event, data, locale), at: at.toISOString() });

/** What a customer was told (seed 003, M7): each change once. */
export function messageRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/me/messages',
      summary: 'What you were told, newest first',
      tag: 'Me',
      who: 'signed-in',
      query: Page.extend({ cursor: cursorOf('msg') }),
      answers: { 200: listOf(MessageView) },
    },
    async ({ caller, query: { limit, cursor } }) => {
      const rows = await newestMessages(api.deps.databases.notification, caller.user, limit + 1, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map((row) => messageView(row, caller.locale)), nextCursor } };
    },
  );
}
