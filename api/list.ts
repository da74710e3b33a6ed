import { z } from 'zod';
import type { PageWanted } from '../activities/database';
import { type Caller, isAdmin, type Role } from './caller';
import { csvOf } from './csv';
import { type Api, endpoint } from './endpoint';
import { Problem } from './problems';
import { cursorOf, Instant, Line, listOf, Page, pageOf } from './schemas';
import { firstIdAt } from './thing';

/** Of a table so many rows are read at once. */
const TABLE_PAGE = 500;

/** What every list of customers' things takes. */
const Common = Page.extend({
  customer: Line(128).optional().meta({ description: 'Of that customer alone, for who sees those of all' }),
  from: Instant.optional().meta({ description: 'Made then or later' }),
  to: Instant.optional().meta({ description: 'Made before' }),
  sort: z.enum(['newest', 'oldest']).default('newest'),
});

type Shape = z.core.$ZodLooseShape;
type Chosen<Filter extends Shape> = z.output<z.ZodObject<Filter>> & { customer: string | undefined };

interface List<Filter extends Shape, Row extends { id: string }, View extends z.ZodObject> {
  path: string;
  summary: string;
  tag: string;
  who: Role[];
  /** Who sees everyone's; others see their own. Admins unless said. */
  seesAll?: (caller: Caller) => boolean;
  /** TypeID prefix of what is listed. */
  prefix: string;
  /** Fields of the query that are this list's own. */
  filter: Filter;
  view: View;
  /** @returns undefined where the page begins after nothing of the list */
  read: (filter: Chosen<Filter>, page: PageWanted, caller: Caller) => Promise<Row[] | undefined>;
  show: (rows: Row[], caller: Caller) => z.output<View>[] | Promise<z.output<View>[]>;
}

/**
 * A list of customers' things, newest first: the caller's own, or for who sees all everyone's or one customer's.
 * By `Accept: text/csv` it comes as a table, whole.
 */
export function listRoute<Filter extends Shape, Row extends { id: string }, View extends z.ZodObject>(
  api: Api,
  { path, summary, tag, who, prefix, view, seesAll = isAdmin, filter, read, show }: List<Filter, Row, View>,
): void {
  const query = Common.extend({ cursor: cursorOf(prefix), ...filter });

  /** @throws Problem forbidden where another customer's are asked for */
  function wanted(caller: Caller, asked: z.output<typeof Common>) {
    const { limit, cursor: after, from, to, sort, customer, ...rest } = asked;
    if (customer !== undefined && customer !== caller.user && !seesAll(caller))
      throw new Problem('forbidden');
    // Beside what every list takes there are the fields of its own.
    const chosen = { ...rest, customer: seesAll(caller) ? customer : caller.user } as Chosen<Filter>;
    const span = {
      from: from === undefined ? undefined : firstIdAt(prefix, new Date(from)),
      to: to === undefined ? undefined : firstIdAt(prefix, new Date(to)),
      oldestFirst: sort === 'oldest',
    };
    return { limit, after, next: (page: PageWanted) => read(chosen, { ...span, ...page }, caller) };
  }

  endpoint(
    api,
    { method: 'get', path, summary, tag, who, query, answers: { 200: listOf(view) } },
    async ({ caller, query }) => {
      const { limit, after, next } = wanted(caller, query as z.output<typeof Common>);
      const { page, nextCursor } = pageOf(await next({ limit: limit + 1, after }), limit, ({ id }) => id);
      return { status: 200, body: { data: await show(page, caller), nextCursor } };
    },
    async ({ caller, query }) => {
      const { next } = wanted(caller, query as z.output<typeof Common>);
      const pageAfter = async (after?: string) => (await next({ limit: TABLE_PAGE, after })) ?? [];
      // Read beforehand: nothing is begun that cannot be had.
      const first = await pageAfter();
      return csvOf(view, async function* () {
        for (let rows = first; rows.length > 0; rows = await pageAfter(rows.at(-1)?.id)) {
          yield* await show(rows, caller);
          if (rows.length < TABLE_PAGE) return;
        }
      });
    },
  );
}
