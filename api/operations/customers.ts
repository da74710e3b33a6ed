import { z } from 'zod';
import { newestMessages } from '../../activities/notification/repository';
import { endpoint, type Api } from '../endpoint';
import { MessageView, messageView } from '../notification/messages';
import type { PageList } from '../page-list';
import { EntryView, entryView } from '../payment/deposits';
import { unlessAway } from '../reach';
import { Instant, Money, User } from '../schemas';

const NEWEST = 10;

interface Page {
  [list: string]: unknown;
  customer: string;
}

/** A customer's page as support sees it: theirs, with their money and what they were told. */
export function customerRoutes(api: Api, lists: readonly PageList[]): void {
  const { databases, pages, paymentReads } = api.deps;
  const CustomerPage: z.ZodType<Page> = z
    .strictObject({
      customer: z.string(),
      asOf: Instant,
      deposit: z.strictObject({ balance: Money, entries: z.array(EntryView) }),
      ...Object.fromEntries(lists.map(({ view, schema }) => [view, schema])),
      messages: z.array(MessageView),
    })
    .meta({ id: 'CustomerPage' });

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/customers/{user}',
      summary: 'A customer: the newest of everything of theirs, their deposit, what they were told',
      tag: 'Operations',
      who: ['admin'],
      params: z.strictObject({ user: User }),
      answers: { 200: CustomerPage },
    },
    async ({ caller, params: { user: customer } }) => {
      const [page, entries, messages] = await Promise.all([
        pages.ofCustomer(customer, NEWEST),
        paymentReads.entries(customer, NEWEST),
        unlessAway(newestMessages(databases.notification, customer, NEWEST), () => undefined),
      ]);
      const rowsOf = (view: string) => page.lists[view] ?? [];
      const body = {
        customer,
        asOf: (page.missingSince ?? new Date()).toISOString(),
        deposit: { balance: page.balance, entries: (entries ?? []).map(entryView) },
        ...Object.fromEntries(
          lists.map(({ view, show }) => [view, rowsOf(view).map((row) => show(row, caller))]),
        ),
        messages: (messages ?? []).map((row) => messageView(row, caller.locale)),
      };
      return { status: 200, body };
    },
  );
}
