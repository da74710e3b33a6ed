import type Stripe from 'stripe';
import { STATEMENT_LIMIT_MS, type StatementLine, type StatementPage } from './provider';

/** As much as Stripe lists at once. */
const PAGE = 100;
/** A charge is listed by when it began, some seconds before it captured; the newest are therefore read again. */
const AGAIN_S = 600;
/** The most that the library puts together; Stripe takes far less in a second. */
const MOST_IN_A_SECOND = 10_000;

/**
 * What charges captured and refunds gave back, in won. Stripe lists both newest first; its books are read oldest
 * first by reading them stretch by stretch: one that is more than a page is halved, the one after it is twice as long.
 * @param cursor null, or the stretch to read in Unix seconds: `from-to` (exclusive), or `from` alone, up to now
 * @throws what the library throws
 */
export async function statementPage(stripe: Stripe, cursor: string | null): Promise<StatementPage> {
  const now = Math.floor(Date.now() / 1_000);
  const { from, to } = stretchOf(cursor, now);
  const lines = await linesIn(stripe, from, to);
  if (lines === undefined)
    return { lines: [], cursor: `${from}-${from + Math.floor((to - from) / 2)}`, more: true };
  if (to > now) return { lines, cursor: String(now - AGAIN_S), more: false };
  return { lines, cursor: `${to}-${to + 2 * (to - from)}`, more: true };
}

function stretchOf(cursor: string | null, now: number): { from: number; to: number } {
  const [from = 0, to = Infinity] = (cursor ?? '0').split('-').map(Number);
  return { from, to: Math.min(to, now + 1) };
}

/** @returns undefined when a shorter stretch is to be asked for */
async function linesIn(stripe: Stripe, from: number, to: number): Promise<StatementLine[] | undefined> {
  const query = { created: { gte: from, lt: to }, limit: PAGE };
  const options = { timeout: STATEMENT_LIMIT_MS };
  const divisible = to - from > 1;
  const [charges, refunds] = await Promise.all([
    listed(stripe.charges.list(query, options), divisible),
    listed(stripe.refunds.list(query, options), divisible),
  ]);
  if (charges === undefined || refunds === undefined) return undefined;
  const newestFirst = [
    ...refunds.filter(isRefund).map(refundLine),
    ...charges.filter(isCapture).map(captureLine),
  ];
  return newestFirst.reverse().sort((a, b) => a.at.getTime() - b.at.getTime());
}

async function listed<T extends { id: string }>(
  list: Stripe.ApiListPromise<T>,
  divisible: boolean,
): Promise<T[] | undefined> {
  const { data, has_more: hasMore } = await list;
  if (!hasMore) return data;
  return divisible ? undefined : list.autoPagingToArray({ limit: MOST_IN_A_SECOND });
}

const isCapture = ({ status, captured, currency }: Stripe.Charge) =>
  status === 'succeeded' && captured && currency === 'krw';

const isRefund = ({ status, currency }: Stripe.Refund) => !cameToNothing(status) && currency === 'krw';

/** The money of such a refund is back on our balance. */
export const cameToNothing = (status: string | null) => status === 'failed' || status === 'canceled';

/** An intent's metadata are its charge's too (support.stripe.com/questions/how-metadata-works-with-related-objects). */
const captureLine = ({ id, metadata, amount_captured: amount, ...charge }: Stripe.Charge): StatementLine => ({
  kind: 'capture',
  key: metadata.haru_key ?? id,
  amount,
  chargeId: idOf(charge.payment_intent) ?? id,
  at: dateOf(charge.created),
});

/** One that was made by hand in Stripe's Dashboard has no key of ours: its own id stands for it. */
const refundLine = ({ id, metadata, amount, ...refund }: Stripe.Refund): StatementLine => ({
  kind: 'refund',
  key: metadata?.haru_key ?? id,
  amount,
  chargeId: idOf(refund.payment_intent) ?? idOf(refund.charge) ?? id,
  at: dateOf(refund.created),
});

const idOf = (reference: string | { id: string } | null) =>
  typeof reference === 'string' ? reference : reference?.id;

const dateOf = (seconds: number) => new Date(seconds * 1_000);
