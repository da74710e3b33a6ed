import createClient, { type Client } from 'openapi-fetch';
import { follow, type Followed, type Message } from './follow';
import type { paths } from './schema';
import { type Patience, steadyFetch } from './steady';

export type { Followed, Message } from './follow';
export { dataOf, ProblemError } from './problem';

interface Settings extends Patience {
  /** Where the API is: "http://127.0.0.1:8088". */
  origin: string;
  /** A token, or how to get one: asked for with each request, so that one that has expired can be replaced. */
  token?: string | (() => string | Promise<string>);
}

/** What a request needs to be followed from where the last one was cut off. */
interface Following {
  /** The id of the last message that was seen; without it, what comes from now on. */
  lastEventId?: string;
  signal?: AbortSignal;
}

export interface Haru extends Client<paths> {
  /** What the caller is told, as it happens; a line that drops is picked up where it broke. */
  follow: (following?: Following) => AsyncGenerator<Followed<Message>>;
}

/** A key for one act: give the same one to ask for it again. */
export const newKey = (): string => crypto.randomUUID();

/**
 * Haru's API, typed by its document. A POST without an Idempotency-Key gets one, which is kept over its tries; the
 * client tries again what is safe to repeat, as long as `Retry-After` says.
 */
export function haru({ origin, token, ...patience }: Settings): Haru {
  const authorization = async () =>
    token === undefined ? undefined : `Bearer ${typeof token === 'string' ? token : await token()}`;
  const client = createClient<paths>({ baseUrl: origin, fetch: steadyFetch(patience) });
  client.use({
    async onRequest({ request }) {
      const by = await authorization();
      if (by !== undefined) request.headers.set('Authorization', by);
      if (request.method === 'POST' && !request.headers.has('Idempotency-Key'))
        request.headers.set('Idempotency-Key', newKey());
      return request;
    },
  });
  return Object.assign(client, {
    follow: (following: Following = {}) =>
      follow<Message>({ url: `${origin}/v1/me/events`, authorization, ...patience, ...following }),
  });
}
