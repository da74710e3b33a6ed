import Stripe from 'stripe';
import { neverConnected } from './connection';
import {
  Declined,
  NotProcessed,
  OutcomeUnknown,
  type PaymentProvider,
  type ProviderCharge,
  type ProviderRefund,
  RefundRefused,
} from './provider';
import { disputeNow, refundNow } from './stripe-notices';
import { cameToNothing, statementPage } from './stripe-statement';

/** The errors, called as Stripe's documentation calls them. */
const {
  StripeError,
  StripeAuthenticationError,
  StripeCardError,
  StripeConnectionError,
  StripeInvalidRequestError,
  StripePermissionError,
  StripeRateLimitError,
} = Stripe.errors;

/**
 * Stripe, API v1. A charge is a PaymentIntent that is made first and confirmed second: making it moves no money and
 * may be repeated under its Idempotency-Key by whoever needs its id, so that a charge in doubt can be looked up
 * without the card, and fenced: nothing captures a cancelled intent ("any operations on the PaymentIntent fail",
 * docs.stripe.com/api/payment_intents/cancel). Amounts go as they are: KRW has no minor unit
 * (docs.stripe.com/currencies#zero-decimal).
 * @param limitMs for one charge, both of its calls included; for one refund; for each call of `find`
 */
export function stripeProvider({
  secretKey,
  url = 'https://api.stripe.com',
  limitMs,
}: Options): PaymentProvider {
  const { protocol, hostname, port } = new URL(url);
  const stripe = new Stripe(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    port: port || (protocol === 'http:' ? 80 : 443),
    timeout: limitMs,
    maxNetworkRetries: 0,
    telemetry: false,
    // Over the default client the library sends what met a reset connection once more half a second later, after
    // our limit, whatever maxNetworkRetries says; and its time-out starts anew with every byte.
    httpClient: Stripe.createFetchHttpClient(stripesAnswer),
  });

  return {
    async charge({ key, amount, token, withinMs = limitMs }) {
      const left = countdown(Math.min(withinMs, limitMs));
      try {
        const { id } = await makeIntent(key, amount);
        if (left() < 1) throw new NotProcessed('no time was left to confirm');
        const { status } = await stripe.paymentIntents.confirm(
          id,
          // Nobody is there to answer a bank's question: an attempt that needs an answer counts as declined.
          { payment_method: token, error_on_requires_action: true },
          { idempotencyKey: `${key}/confirm`, timeout: left() },
        );
        if (status === 'succeeded') return { chargeId: id };
        throw new OutcomeUnknown(`PaymentIntent ${id} is ${status}`);
      } catch (error) {
        throw refusedAs(Declined, error) ?? troubleOf(error);
      }
    },

    async refund({ key, chargeId, amount }) {
      const left = countdown(limitMs);
      try {
        const made = await stripe.refunds.create(
          { payment_intent: chargeId, amount, metadata: { haru_key: key } },
          { idempotencyKey: key },
        );
        // A saved answer tells how it stood at first.
        const { id, status } = isReplay(made.lastResponse)
          ? await stripe.refunds.retrieve(made.id, {}, { timeout: Math.max(1, left()) })
          : made;
        if (cameToNothing(status)) throw new RefundRefused(`refund ${id} ${status}`);
        if (status !== 'succeeded') throw new OutcomeUnknown(`refund ${id} is ${status}`);
      } catch (error) {
        if (mayBeThere(error)) {
          const there = await refundsOf(chargeId, Math.max(1, left())).catch((cause: unknown) => {
            throw new OutcomeUnknown('the refunds of the charge cannot be listed', { cause });
          });
          const mine = there.find((refund) => refund.key === key);
          if (mine?.state === 'DONE') return;
          if (mine) throw new OutcomeUnknown(`refund ${key} is pending`);
        }
        throw refusedAs(RefundRefused, error) ?? troubleOf(error);
      }
    },

    async find({ key, amount }) {
      try {
        const id = await intentOf(key, amount);
        return id === undefined ? undefined : await settled(await stripe.paymentIntents.retrieve(id));
      } catch (error) {
        throw troubleOf(error);
      }
    },

    statement: (cursor) => answered(statementPage(stripe, cursor)),

    refundById: (id) => answered(refundNow(stripe, id)),

    dispute: (id) => answered(disputeNow(stripe, id)),
  };

  function makeIntent(key: string, amount: number) {
    return stripe.paymentIntents.create(
      { amount, currency: 'krw', allowed_payment_method_types: ['card'], metadata: { haru_key: key } },
      { idempotencyKey: `${key}/create` },
    );
  }

  /**
   * Stripe forgets a key after 24 hours: an intent that is new on asking may follow one that is not. By then the
   * latter is in the search index, which lags by minutes.
   * @returns its id; undefined when no intent was ever made, so that there was nothing to confirm
   */
  async function intentOf(key: string, amount: number): Promise<string | undefined> {
    const made = await makeIntent(key, amount).catch((error: unknown) => {
      // Validation fails each time alike, and a saved answer (a 500 too) is everyone's: nobody was told an id.
      if (error instanceof StripeInvalidRequestError || isSaved(error)) return undefined;
      throw error;
    });
    if (made && isReplay(made.lastResponse)) return made.id;
    const { data } = await stripe.paymentIntents.search({
      query: `metadata["haru_key"]:${JSON.stringify(key)}`,
      limit: 100,
    });
    const earlier = data.filter(({ metadata }) => metadata.haru_key === key);
    const decided = ['succeeded', 'processing'].flatMap((is) =>
      earlier.filter(({ status }) => status === is),
    );
    return decided[0]?.id ?? made?.id;
  }

  /** Once this has said undefined, what is still on its way captures nothing. */
  async function settled(intent: Stripe.PaymentIntent): Promise<ProviderCharge | undefined> {
    const { id: chargeId, status, last_payment_error: lastError } = intent;
    if (status === 'succeeded')
      return { chargeId, state: 'CAPTURED', refunds: await refundsOf(chargeId, limitMs) };
    if (status === 'processing') return { chargeId, state: 'PROCESSING', refunds: [] };
    // There is one key to confirm with, and its answer is saved: it will decline again.
    if (lastError) return { chargeId, state: 'DECLINED', refunds: [] };
    // A confirmation that comes first makes this fail; whoever asks again then sees what it did.
    if (status !== 'canceled')
      await stripe.paymentIntents.cancel(chargeId, { cancellation_reason: 'abandoned' });
    return undefined;
  }

  async function refundsOf(chargeId: string, timeout: number): Promise<ProviderRefund[]> {
    const { data } = await stripe.refunds.list({ payment_intent: chargeId, limit: 100 }, { timeout });
    return data
      .filter(({ status }) => !cameToNothing(status))
      .map(({ id, metadata, status }) => ({
        key: metadata?.haru_key ?? id,
        state: status === 'succeeded' ? 'DONE' : 'PENDING',
      }));
  }
}

/**
 * The library takes any JSON without an `error` for a success, whatever the status: a gateway's 502 as well.
 * @throws Error for an answer that is not Stripe's
 */
async function stripesAnswer(...asked: Parameters<typeof fetch>): Promise<Response> {
  const answer = await fetch(...asked);
  const body = (await answer.clone().json()) as { object?: unknown; error?: unknown } | null;
  if (answer.ok ? body?.object : body?.error) return answer;
  throw new Error(`${answer.status}, and not as Stripe answers`);
}

interface Options {
  secretKey: string;
  url?: string;
  limitMs: number;
}

const countdown = (ms: number) => {
  const end = performance.now() + ms;
  return () => Math.floor(end - performance.now());
};

/** A refund under our key may exist although the answer is an error: the key was forgotten, or the error saved. */
const mayBeThere = (error: unknown) =>
  isSaved(error) || (error instanceof StripeError && error.code === 'charge_already_refunded');

const isSaved = (error: unknown) => error instanceof StripeError && isReplay(error);

/** An answer saved under an Idempotency-Key, given again (docs.stripe.com/error-low-level#idempotency). */
const isReplay = ({ headers = {} }: { headers?: Record<string, string> }) =>
  // A plain object in the library's errors, and in its answers as fetch gave it.
  new Headers(headers).get('idempotent-replayed') === 'true';

/**
 * A definite no: declined (402), or content that Stripe rejects (400, 404), which in our requests is the customer's:
 * the card, the amount. An unexpected state is none: it is another request that has been at work on the intent.
 */
function refusedAs(No: typeof Declined | typeof RefundRefused, error: unknown): Error | undefined {
  if (error instanceof No) return error;
  const isContent =
    error instanceof StripeInvalidRequestError && error.code !== 'payment_intent_unexpected_state';
  return error instanceof StripeCardError || isContent ? new No(error.message, { cause: error }) : undefined;
}

/**
 * Not processed is what Stripe turns away before it looks (429, 401, 403), and what found nobody listening. All else
 * is indeterminate, as Stripe says of 5xx (docs.stripe.com/error-low-level#server-errors); so is a key that is in
 * use (409) or was used with other parameters: its other request may have captured.
 */
function troubleOf(error: unknown): Error {
  if (error instanceof NotProcessed || error instanceof OutcomeUnknown) return error;
  const turnedAway =
    error instanceof StripeAuthenticationError ||
    error instanceof StripePermissionError ||
    (error instanceof StripeRateLimitError && error.code !== 'lock_timeout') ||
    (error instanceof StripeConnectionError && neverConnected(error.detail));
  const message = error instanceof Error ? error.message : String(error);
  return turnedAway
    ? new NotProcessed(message, { cause: error })
    : new OutcomeUnknown(message, { cause: error });
}

/** What Stripe was asked for. @throws NotProcessed, OutcomeUnknown */
async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw troubleOf(error);
  }
}
