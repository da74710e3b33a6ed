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
 * A refund that is pending is no line yet: the cursor remembers it until it is one.
 * @param cursor null, or the stretch to read in Unix seconds: `from-to` (exclusive), or `from` alone, up to now; with
 *   the ids of refunds that were pending: `from-to;re_1,re_2`
 * @throws what the library throws
 */
export async function statementPage(stripe: Stripe, cursor: string | null): Promise<StatementPage> {
  const now = Math.floor(Date.now() / 1_000);
  const [stretch = '', waiting = ''] = (cursor ?? '0').split(';');
  const { from, to } = stretchOf(stretch, now);
  const found = await movementsIn(stripe, from, to);
  const next = (on: string, pending: string) => (pending ? `${on};${pending}` : on);
  if (found === undefined)
    return { lines: [], cursor: next(`${from}-${from + Math.floor((to - from) / 2)}`, waiting), more: true };

  const known = new Map(found.refunds.map((refund) => [refund.id, refund]));
  for (const id of waiting.split(',').filter(Boolean))
    if (!known.has(id)) known.set(id, await stripe.refunds.retrieve(id, {}, { timeout: STATEMENT_LIMIT_MS }));
  const refunds = [...known.values()].filter(({ currency }) => currency === 'krw');
  const pending = refunds.filter(({ status }) => isPending(status)).map(({ id }) => id);
  const made = refunds.filter(({ status }) => status === 'succeeded');
  const newestFirst = [...made.map(refundLine), ...found.charges.filter(isCapture).map(captureLine)];
  const lines = newestFirst.reverse().sort((a, b) => a.at.getTime() - b.at.getTime());
  const on = to > now ? String(now - AGAIN_S) : `${to}-${to + 2 * (to - from)}`;
  return { lines, cursor: next(on, pending.join()), more: to <= now };
}

function stretchOf(stretch: string, now: number): { from: number; to: number } {
  const [from = 0, to = Infinity] = stretch.split('-').map(Number);
  return { from, to: Math.min(to, now + 1) };
}

/** @returns undefined when a shorter stretch is to be asked for */
async function movementsIn(
  stripe: Stripe,
  from: number,
  to: number,
): Promise<{ charges: Stripe.Charge[]; refunds: Stripe.Refund[] } | undefined> {
  const query = { created: { gte: from, lt: to }, limit: PAGE };
  const options = { timeout: STATEMENT_LIMIT_MS };
  const divisible = to - from > 1;
  const [charges, refunds] = await Promise.all([
    listed(stripe.charges.list(query, options), divisible),
    listed(stripe.refunds.list(query, options), divisible),
  ]);
  return charges && refunds && { charges, refunds };
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

const isPending = (status: string | null) => status !== 'succeeded' && !cameToNothing(status);

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

export const idOf = (reference: string | { id: string } | null) =>
  typeof reference === 'string' ? reference : reference?.id;

const dateOf = (seconds: number) => new Date(seconds * 1_000);
