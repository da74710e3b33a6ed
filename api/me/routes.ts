import { z } from 'zod';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import { courseView, CourseView } from '../course/views';
import type { PageList } from '../page-list';
import { DepositView } from '../payment/deposits';
import { Problem } from '../problems';
import { Instant } from '../schemas';
import { NoAnswer } from '../reach';

const NEWEST = 10;
/** The page does not wait for courses as long as they might be waited for. */
const COURSES_WITHIN_MS = 1_000;

interface Page {
  [list: string]: unknown;
  customer: string;
  asOf: string;
  deposit: z.output<typeof DepositView>;
  bookmarks: z.output<typeof CourseView>[] | null;
}

const pageOf = (lists: readonly PageList[]): z.ZodType<Page> =>
  z
    .strictObject({
      customer: z.string(),
      asOf: Instant.meta({
        description: 'The page shows all that had happened until then; now, unless what tells it is behind',
      }),
      deposit: DepositView,
      ...Object.fromEntries(lists.map(({ view, schema }) => [view, schema])),
      bookmarks: z
        .array(CourseView)
        .nullable()
        .meta({ description: 'The courses; null while courses are out of reach' }),
    })
    .meta({ id: 'MePage' });

/** Seeds 000 to 004: a customer sees the state of everything of theirs on one page. */
export function meRoutes(api: Api, lists: readonly PageList[]): void {
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/me',
      summary: "The customer's page: the newest of everything",
      tag: 'Me',
      who: 'signed-in',
      answers: { 200: pageOf(lists) },
    },
    async ({ caller }) => {
      const { user: customer } = caller;
      const [page, bookmarks] = await Promise.all([
        api.deps.pages.ofCustomer(customer, NEWEST),
        bookmarksOf(api.deps, customer),
      ]);
      const rowsOf = (view: string) => page.lists[view] ?? [];
      const body = {
        customer,
        asOf: (page.missingSince ?? new Date()).toISOString(),
        deposit: { balance: page.balance },
        ...Object.fromEntries(
          lists.map(({ view, show }) => [view, rowsOf(view).map((row) => show(row, caller))]),
        ),
        bookmarks,
      };
      return { status: 200, body };
    },
  );
}

/** Courses are of no workflow and have no view: they are read where they are, and may be away. */
async function bookmarksOf(
  { courseGate, courseReads }: Deps,
  customer: string,
): Promise<z.output<typeof CourseView>[] | null> {
  try {
    const courses = await courseGate.ask(
      () => courseReads.bookmarks(customer, NEWEST),
      Date.now() + COURSES_WITHIN_MS,
    );
    return courses.map(courseView);
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof Problem) return null;
    throw error;
  }
}
