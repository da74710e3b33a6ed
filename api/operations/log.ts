import { z } from 'zod';
import type { PageWanted } from '../../activities/database';
import { type ActRow, Acts } from '../acts';
import { csvOf } from '../csv';
import { endpoint, type Api } from '../endpoint';
import { cursorOf, Instant, listOf, Page, pageOf, typeId, User } from '../schemas';
import { firstIdAt } from '../thing';

/** Of a table so many rows are read at once. */
const TABLE_PAGE = 500;

const ActView = z
  .strictObject({
    id: typeId('act'),
    at: Instant,
    by: z.string(),
    act: z.string().meta({ description: 'The route, such as "POST /v1/operations/parked/{id}/retry"' }),
    about: z.array(z.string()).meta({ description: 'Ids of what it was done to' }),
    reason: z.string().nullable(),
    requestId: z.string(),
    status: z.int().nullable().meta({ description: 'HTTP; null while it is not known to have ended' }),
  })
  .meta({ id: 'OperatorAct' });

const actView = ({ byWhom: by, at, ...act }: ActRow): z.output<typeof ActView> => ({
  ...act,
  by,
  at: at.toISOString(),
});

const Query = Page.extend({
  cursor: cursorOf('act'),
  by: User.optional().meta({ description: 'By that operator alone' }),
  from: Instant.optional().meta({ description: 'Done then or later' }),
  to: Instant.optional().meta({ description: 'Done before' }),
});

const atMost = ({ from, to }: z.output<typeof Query>) => ({
  from: from === undefined ? undefined : firstIdAt('act', new Date(from)),
  to: to === undefined ? undefined : firstIdAt('act', new Date(to)),
});

/** Who did what, when and why: all that admins have changed. */
export function logRoutes(api: Api): void {
  const acts = new Acts(api.deps.databases.api);
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/log',
      summary: 'What operators did and why, newest first; as a table by `Accept: text/csv`',
      tag: 'Operations',
      who: ['admin'],
      query: Query,
      answers: { 200: listOf(ActView) },
    },
    async ({ query }) => {
      const { limit, cursor: after, by } = query;
      const rows = await acts.list(by, { ...atMost(query), limit: limit + 1, after });
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map(actView), nextCursor } };
    },
    async ({ query }) => {
      const page: PageWanted = { ...atMost(query), limit: TABLE_PAGE };
      const first = (await acts.list(query.by, page)) ?? [];
      return csvOf(ActView, async function* () {
        for (let rows = first; rows.length > 0;) {
          yield* rows.map(actView);
          if (rows.length < TABLE_PAGE) return;
          rows = (await acts.list(query.by, { ...page, after: rows.at(-1)?.id })) ?? [];
        }
      });
    },
  );
}
