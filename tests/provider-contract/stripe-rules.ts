import { randomUUID } from 'node:crypto';

type Json = Record<string, unknown>;

export interface Ask {
  method: string;
  path: string;
  form: Record<string, string>;
  /** Idempotency-Key */
  key: string | undefined;
}

export interface Answer {
  status: number;
  body: Json;
  headers?: Record<string, string>;
}

interface Movement {
  id: string;
  amount: number;
  currency: string;
  status: string;
  /** Unix seconds. */
  created: number;
  metadata: Record<string, string>;
  payment_intent: string;
}

interface Charge extends Movement {
  amount_captured: number;
  captured: boolean;
}

interface Intent {
  id: string;
  amount: number;
  status: string;
  metadata: Record<string, string>;
  last_payment_error: object | null;
  refunds: Movement[];
}

/**
 * What stripe-mock, which forgets everything, leaves out of Stripe: Idempotency-Keys
 * (docs.stripe.com/api/idempotent_requests) and the states of PaymentIntents and refunds. Its fixtures stay the
 * shape of every answer, and its checks come first.
 */
export class StripeRules {
  readonly intents = new Map<string, Intent>();
  readonly charges: Charge[] = [];
  /** What customers' banks take back, by its id. */
  readonly disputes = new Map<string, { payment_intent: string; amount: number; status: string }>();
  /** How a refund stands when it has just been made. */
  refundsBegin = 'succeeded';
  private saved = new Map<string, { of: string; answer: Answer }>();

  /** @param fixture stripe-mock's answer @param instead of what would be answered once it is done */
  answer(ask: Ask, fixture: Answer, instead?: Answer): Answer {
    if (fixture.status !== 200) return fixture;
    if (ask.key === undefined) return instead ?? this.apply(ask, fixture.body);
    const of = JSON.stringify([ask.path, ask.form]);
    const before = this.saved.get(ask.key);
    if (before && before.of !== of) return refused(400, 'idempotency_error');
    if (before) return { ...before.answer, headers: { 'Idempotent-Replayed': 'true' } };
    const answer = this.apply(ask, fixture.body);
    this.saved.set(ask.key, { of, answer: instead ?? answer });
    return instead ?? answer;
  }

  /** As 24 hours later. */
  forgetKeys(): void {
    this.saved.clear();
  }

  /** Whole won captured under a key, less what was refunded. */
  net(key: string): number {
    const mine = [...this.intents.values()].filter(({ metadata }) => metadata.haru_key === key);
    return mine
      .filter(({ status }) => status === 'succeeded')
      .reduce((net, { amount, refunds }) => net + amount - sum(refunds), 0);
  }

  private apply({ method, path, form }: Ask, fixture: Json): Answer {
    const [, id = '', act] = /^\/v1\/payment_intents\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const intent = this.intents.get(id);
    if (path === '/v1/payment_intents') return this.create(form, fixture);
    if (path === '/v1/refunds')
      return method === 'POST' ? this.refund(form, fixture) : list(form, fixture, this.refunds());
    const [, refundId] = /^\/v1\/refunds\/([^/]+)$/.exec(path) ?? [];
    const refund = this.refunds().find((made) => made.id === refundId);
    if (refund) return ok({ ...fixture, ...refund });
    const [, disputeId = ''] = /^\/v1\/disputes\/([^/]+)$/.exec(path) ?? [];
    const dispute = this.disputes.get(disputeId);
    if (dispute) {
      const { id: of, metadata } = this.intents.get(dispute.payment_intent) ?? {
        id: 'pi_other',
        metadata: {},
      };
      const expanded = { ...(fixture.payment_intent as Json), id: of, metadata };
      return ok({ ...fixture, ...dispute, currency: 'krw', payment_intent: expanded });
    }
    if (path === '/v1/charges') return list(form, fixture, this.charges);
    if (id === 'search') {
      const found = [...this.intents.values()].filter(
        ({ metadata }) => form.query === `metadata["haru_key"]:"${metadata.haru_key}"`,
      );
      return ok({ ...fixture, data: found.map((each) => ({ ...firstOf(fixture), ...each })) });
    }
    if (!intent) return refused(404, 'invalid_request_error', 'resource_missing');
    if (act && ['canceled', 'succeeded', 'processing'].includes(intent.status))
      return refused(400, 'invalid_request_error', 'payment_intent_unexpected_state');
    if (act === 'cancel') intent.status = 'canceled';
    if (act === 'confirm') {
      const declined = DECLINES[form.payment_method ?? ''];
      this.charges.push(chargeOf(intent, !declined, form.payment_method === 'pm_slow'));
      if (declined) {
        intent.last_payment_error = declined;
        return { status: 402, body: { error: { ...declined, payment_intent: { ...fixture, ...intent } } } };
      }
      intent.status = form.payment_method === 'pm_slow' ? 'processing' : 'succeeded';
    }
    return ok({ ...fixture, ...intent });
  }

  private create(form: Record<string, string>, fixture: Json): Answer {
    const intent: Intent = {
      id: `pi_${randomUUID()}`,
      amount: Number(form.amount),
      status: 'requires_payment_method',
      metadata: { haru_key: form['metadata[haru_key]'] ?? '' },
      last_payment_error: null,
      refunds: [],
    };
    this.intents.set(intent.id, intent);
    return ok({ ...fixture, ...intent });
  }

  private refund(form: Record<string, string>, fixture: Json): Answer {
    const intent = this.intents.get(form.payment_intent ?? '');
    if (!intent) return refused(404, 'invalid_request_error', 'resource_missing');
    const left = intent.amount - sum(intent.refunds);
    if (left === 0) return refused(400, 'invalid_request_error', 'charge_already_refunded');
    if (Number(form.amount) > left) return refused(400, 'invalid_request_error', 'amount_too_large');
    const refund = {
      ...movementOf(intent, 're'),
      amount: Number(form.amount),
      status: this.refundsBegin,
      metadata: { haru_key: form['metadata[haru_key]'] ?? '' },
    };
    intent.refunds.push(refund);
    return ok({ ...fixture, ...refund });
  }

  private refunds(): Movement[] {
    return [...this.intents.values()].flatMap(({ refunds }) => refunds);
  }
}

const movementOf = ({ id, amount, metadata }: Intent, prefix: string) => ({
  id: `${prefix}_${randomUUID()}`,
  amount,
  currency: 'krw',
  created: Math.floor(Date.now() / 1_000),
  metadata,
  payment_intent: id,
});

/** An intent's metadata are copied to the charge that its confirmation makes. */
const chargeOf = (intent: Intent, took: boolean, pending: boolean): Charge => ({
  ...movementOf(intent, 'ch'),
  amount_captured: took && !pending ? intent.amount : 0,
  captured: took && !pending,
  status: pending ? 'pending' : took ? 'succeeded' : 'failed',
});

/** Newest first (docs.stripe.com/api/pagination). */
function list(form: Record<string, string>, fixture: Json, all: Movement[]): Answer {
  const { payment_intent: of, starting_after: after, limit = '10' } = form;
  const { 'created[gte]': from = '0', 'created[lt]': to = 'Infinity' } = form;
  const newestFirst = all
    .filter((each) => of === undefined || each.payment_intent === of)
    .filter(({ created }) => created >= Number(from) && created < Number(to))
    .reverse()
    .sort((a, b) => b.created - a.created);
  const rest = newestFirst.slice(newestFirst.findIndex(({ id }) => id === after) + 1);
  const data = rest.slice(0, Number(limit)).map((each) => ({ ...firstOf(fixture), ...each }));
  return ok({ ...fixture, data, has_more: rest.length > Number(limit) });
}

/** The shape that Stripe answers with (docs.stripe.com/api/errors). */
export const refused = (status: number, type: string, code?: string): Answer => ({
  status,
  body: { error: { type, code, message: `${code ?? type}, says Stripe` } },
});

const DECLINES: Record<string, object> = {
  pm_card_visa_chargeDeclined: {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: 'Your card was declined.',
  },
  pm_card_authenticationRequired: {
    type: 'card_error',
    code: 'authentication_required',
    decline_code: 'authentication_required',
    message: 'Your card was declined. This transaction requires authentication.',
  },
};

const firstOf = (list: Json) => (list.data as Json[])[0];
const ok = (body: Json): Answer => ({ status: 200, body });
const sum = (refunds: { amount: number; status: string }[]) =>
  refunds.reduce((total, { amount, status }) => total + (status === 'failed' ? 0 : amount), 0);
