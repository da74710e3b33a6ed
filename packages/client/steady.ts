/** How long and how often a request is tried. */
export interface Patience {
  /** Three unless said, the first one included. */
  tries?: number;
  /** A longer Retry-After is left to the caller (milliseconds; 30 s unless said). */
  waitAtMostMs?: number;
  pause?: (ms: number) => Promise<void>;
  fetch?: (request: Request) => Promise<Response>;
}

const TRIES = 3;
const WAIT_AT_MOST_MS = 30_000;
/** After an answer that never came nothing says how long to wait. */
const LOST_MS = 500;
/** PATCH is left out: what has changed meanwhile may make the same change another one. */
const REPEATABLE = ['GET', 'HEAD', 'PUT', 'DELETE'];

export const pauseFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A fetch that asks again, with the same headers and so the same Idempotency-Key: when no answer came, when the answer
 * names a time to come back (409 in flight, 429, 503), and when an act is under way (202).
 */
export function steadyFetch({
  tries = TRIES,
  waitAtMostMs = WAIT_AT_MOST_MS,
  pause = pauseFor,
  fetch = globalThis.fetch,
}: Patience): (request: Request) => Promise<Response> {
  return async (request) => {
    for (let left = tries - 1; ; left--) {
      try {
        const answer = await fetch(request.clone());
        const waitMs = waitOf(request, answer);
        if (left <= 0 || waitMs === undefined || waitMs > waitAtMostMs) return answer;
        await answer.body?.cancel();
        await pause(waitMs);
      } catch (error) {
        if (left <= 0 || request.signal.aborted || !isRepeatable(request)) throw error;
        await pause(LOST_MS);
      }
    }
  };
}

const isRepeatable = ({ method, headers }: Request): boolean =>
  REPEATABLE.includes(method) || headers.has('Idempotency-Key');

/** After how many milliseconds the same request is worth sending again; undefined where it is not. */
function waitOf(request: Request, { status, headers }: Response): number | undefined {
  const after = retryAfterMs(headers);
  if (after === undefined) return undefined;
  if ([409, 429, 503].includes(status)) return after;
  const isUnderWay = status === 202 && request.method === 'POST';
  return isUnderWay && headers.get('Idempotency-Replayed') !== 'true' ? after : undefined;
}

/** Retry-After in milliseconds; undefined where there is none. */
export function retryAfterMs(headers: Headers): number | undefined {
  const seconds = headers.get('Retry-After');
  return seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) * 1_000 : undefined;
}
