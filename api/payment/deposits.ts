import { z } from 'zod';
import type { EntryRow } from '../../activities/payment/reads';
import { endpoint, type Api } from '../endpoint';
import { cursorOf, Instant, listOf, Money, Page, pageOf, typeId } from '../schemas';

export const DepositView = z.strictObject({ balance: Money }).meta({ id: 'Deposit' });

const Kinds = z.enum(['TOP_UP', 'BILL', 'CONVERSION', 'PURCHASE', 'REFUND']);
type Kind = z.output<typeof Kinds>;

const KIND_OF: Partial<Record<EntryRow['kind'], Kind>> = {
  TOP_UP: 'TOP_UP',
  PURCHASE: 'PURCHASE',
  PURCHASE_REFUND: 'REFUND',
  BILL: 'BILL',
  CONVERSION: 'CONVERSION',
};

export const EntryView = z
  .strictObject({
    id: typeId('trf'),
    at: Instant,
    kind: Kinds,
    amount: z.int().meta({ description: 'Whole KRW; negative for what went out' }),
    balance: Money.meta({ description: 'Whole KRW, after this' }),
    reference: z.string().meta({ description: 'Id of the top-up, booking … that it was for' }),
  })
  .meta({ id: 'DepositEntry' });

export const entryView = ({
  id,
  at,
  kind,
  amount,
  balance,
  reference,
}: EntryRow): z.output<typeof EntryView> => {
  const known = KIND_OF[kind];
  if (known === undefined) throw new Error(`${kind} on a deposit`);
  return { id, at: at.toISOString(), kind: known, amount, balance, reference };
};

/** Seed 004, B5: what a customer's deposit holds, and how that came about. */
export function depositRoutes(api: Api): void {
  const { paymentReads } = api.deps;
  const tag = 'Deposit';

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/deposits/me',
      summary: 'What is in your deposit',
      tag,
      who: ['customer'],
      answers: { 200: DepositView },
    },
    async ({ caller }) => ({ status: 200, body: { balance: await paymentReads.balance(caller.user) } }),
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/deposits/me/entries',
      summary: 'The statement of your deposit, newest first',
      tag,
      who: ['customer'],
      query: Page.extend({ cursor: cursorOf('trf') }),
      answers: { 200: listOf(EntryView) },
    },
    async ({ caller, query: { limit, cursor } }) => {
      const rows = await paymentReads.entries(caller.user, limit + 1, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map(entryView), nextCursor } };
    },
  );
}
