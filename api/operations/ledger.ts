import { z } from 'zod';
import type { LedgerRow } from '../../activities/payment/ledger-reads';
import { endpoint, type Api } from '../endpoint';
import { cursorOf, IdInBody, Instant, listOf, Money, Page, pageOf, typeId } from '../schemas';

const tag = 'Operations';
const Signed = z.int().meta({ description: 'Whole KRW; negative for what is outside of Haru' });

const AccountView = z.strictObject({ id: z.string(), balance: Signed }).meta({ id: 'LedgerAccount' });

const TransferView = z
  .strictObject({
    id: typeId('trf'),
    position: z.int().meta({ description: 'Its place in the chain of transfers' }),
    at: Instant,
    kind: z.string(),
    from: z.string(),
    to: z.string(),
    amount: Money,
    reference: z.string().meta({ description: 'Id of the booking, order … that it was for' }),
    workflowId: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'LedgerTransfer' });

const transferView = (row: LedgerRow): z.output<typeof TransferView> => {
  const { at, fromAccount: from, toAccount: to, businessId: reference, ...rest } = row;
  return { ...rest, at: at.toISOString(), from, to, reference };
};

const DifferenceView = z
  .strictObject({
    id: typeId('prk'),
    reference: z.string(),
    what: z.string().meta({ description: 'What the provider says, and what the ledger' }),
    amount: Money,
    state: z.string(),
    since: Instant,
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'LedgerDifference' });

const Reconciliations = listOf(DifferenceView)
  .extend({
    comparedTo: z.int().meta({ description: 'Position of the last transfer that was compared' }),
    lastTransfer: z.int(),
    unmatched: z.int().meta({ description: 'Lines of the provider’s statement that the ledger has not' }),
  })
  .meta({ id: 'LedgerReconciliations' });

/** P1, P6: the books as operators read them. */
export function ledgerRoutes(api: Api): void {
  const { ledgerReads } = api.deps;

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/ledger/accounts',
      summary: 'Accounts with their balances, by name',
      tag,
      who: ['admin'],
      query: Page.extend({
        beginning: IdInBody.optional().meta({ description: 'Of the name, such as "deposit:"' }),
      }),
      answers: { 200: listOf(AccountView) },
    },
    async ({ query: { limit, cursor, beginning } }) => {
      const rows = await ledgerReads.accounts(limit + 1, cursor, beginning);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page, nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/ledger/transfers',
      summary: 'Transfers, newest first',
      tag,
      who: ['admin'],
      query: Page.extend({
        cursor: cursorOf('trf'),
        account: IdInBody.optional().meta({ description: 'From or to it' }),
        reference: IdInBody.optional().meta({ description: 'Id of what they were for' }),
        from: Instant.optional().meta({ description: 'Made then or later' }),
        to: Instant.optional().meta({ description: 'Made before' }),
      }),
      answers: { 200: listOf(TransferView) },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const rows = await ledgerReads.transfers(filter, limit + 1, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map(transferView), nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/ledger/reconciliations',
      summary: 'How far ledger and provider were compared, and what they differed in, newest first',
      tag,
      who: ['admin'],
      query: Page.extend({ cursor: cursorOf('prk') }),
      answers: { 200: Reconciliations },
    },
    async ({ query: { limit, cursor } }) => {
      const [rows, compared] = await Promise.all([
        ledgerReads.differences(limit + 1, cursor),
        ledgerReads.compared(),
      ]);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      const data = page.map(({ id, business_id, error, amount, state, failing_since, ended_at }) => ({
        ...{ id, reference: business_id, what: error, amount, state },
        since: failing_since.toISOString(),
        endedAt: ended_at?.toISOString() ?? null,
      }));
      return { status: 200, body: { data, nextCursor, ...compared } };
    },
  );
}
