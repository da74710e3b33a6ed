import { ConstantBackoff, handleType, retry } from 'cockatiel';
import { neverConnected } from './connection';
import { limit } from './limit';
import {
  Declined,
  NotProcessed,
  OutcomeUnknown,
  type PaymentProvider,
  type ProviderCharge,
  RefundRefused,
  STATEMENT_LIMIT_MS,
  type StatementLine,
} from './provider';

interface ChargeBody {
  id: string;
  status: 'processing' | 'captured' | 'declined';
  refunds: { key: string; status: 'processing' | 'refunded' }[];
}

interface StatementBody {
  data: (Omit<StatementLine, 'at'> & { at: string })[];
  nextCursor: string | null;
}

const LINES_A_PAGE = 1_000;

/** A definite "not processed" is tried again, within the same limit. */
const again = retry(handleType(NotProcessed), { maxAttempts: 3, backoff: new ConstantBackoff(20) });

/**
 * The provider simulator over HTTP (api.md, "payment provider simulator").
 * @param limitMs for one charge or refund, its repetitions included (seed 003: 610 ms)
 */
export function simulatorProvider(url: string, limitMs: number): PaymentProvider {
  return {
    async charge({ key, amount, token, withinMs }) {
      const answer = await post('/charges', key, { amount, currency: 'KRW', token }, withinMs);
      if (answer.status === 402 || answer.status === 422) throw new Declined();
      return { chargeId: (await bodyOf<ChargeBody>(answer, 201)).id };
    },

    async refund({ key, chargeId, amount }) {
      const answer = await post(`/charges/${encodeURIComponent(chargeId)}/refunds`, key, { amount });
      if (answer.status === 409) throw await refusalOf(answer);
      await bodyOf(answer, 201);
    },

    async find({ key }) {
      const answer = await ask(`/charges?key=${encodeURIComponent(key)}`, {
        signal: limit(limitMs),
      });
      const { data } = await bodyOf<{ data: ChargeBody[] }>(answer, 200);
      return data[0] && known(data[0]);
    },

    async statement(cursor) {
      const query = new URLSearchParams({ limit: String(LINES_A_PAGE), cursor: cursor ?? '' });
      const answer = await ask(`/statement?${query.toString()}`, {
        signal: limit(STATEMENT_LIMIT_MS),
      });
      const { data, nextCursor } = await bodyOf<StatementBody>(answer, 200);
      // The last page has no cursor to its end: it is read again, with what has come since.
      return { lines: data.map(lineFrom), cursor: nextCursor ?? cursor, more: nextCursor !== null };
    },

    // What it has done stays done, and no bank takes it back: there is nothing that it could tell of.
    refundById: () => Promise.resolve(undefined),
    dispute: () => Promise.resolve(undefined),
  };

  function post(path: string, key: string, body: object, withinMs = limitMs): Promise<Response> {
    const signal = limit(Math.min(withinMs, limitMs));
    return again.execute(
      () =>
        ask(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
          body: JSON.stringify(body),
          signal,
        }),
      signal,
    );
  }

  async function ask(path: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(url + path, init).catch((error: unknown) => {
      throw neverConnected(error) ? new NotProcessed() : new OutcomeUnknown();
    });
    if (answer.status !== 503) return answer;
    await answer.body?.cancel();
    throw new NotProcessed();
  }
}

async function bodyOf<T>(answer: Response, expected: number): Promise<T> {
  if (answer.status !== expected) {
    await answer.body?.cancel();
    throw new OutcomeUnknown(`the provider answered ${answer.status}`);
  }
  // A connection that breaks in the middle of an answer leaves the outcome as unknown as no answer.
  return (await answer.json().catch(() => {
    throw new OutcomeUnknown();
  })) as T;
}

const known = ({ id, status, refunds }: ChargeBody): ProviderCharge => ({
  chargeId: id,
  state: status === 'processing' ? 'PROCESSING' : status === 'captured' ? 'CAPTURED' : 'DECLINED',
  refunds: refunds.map(({ key, status: is }) => ({ key, state: is === 'refunded' ? 'DONE' : 'PENDING' })),
});

/** A definite no, but for a refund that is under way. */
async function refusalOf(answer: Response): Promise<Error> {
  const { error } = await bodyOf<{ error: { code: string } }>(answer, 409);
  return error.code === 'in_flight' ? new OutcomeUnknown() : new RefundRefused();
}

const lineFrom = ({ kind, key, amount, chargeId, at }: StatementBody['data'][number]): StatementLine => ({
  kind,
  key,
  amount,
  chargeId,
  at: new Date(at),
});
