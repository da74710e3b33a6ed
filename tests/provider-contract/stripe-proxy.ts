import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { config } from '../../config';
import { say } from '../../engine/progress';
import { resolveStripeMock, startStripeMock } from '../../tools/stripe-mock';
import { type Answer, type Ask, StripeRules } from './stripe-rules';

/** What goes wrong with one request. */
interface Fault {
  /** Answered at once: Stripe never looked at it. */
  turnedAway?: Answer;
  /** Answered, and saved under the key, although it was done. */
  answered?: Answer;
  /** The connection is cut when it arrives, or instead of answering. */
  cut?: 'before' | 'after';
  /** It reaches Stripe only then. */
  heldUntil?: Promise<void>;
  /** Milliseconds from done to answered. */
  delayMs?: number;
}

export interface StripeProxy {
  url: string;
  rules: StripeRules;
  /** All that came, in order. */
  seen: Ask[];
  /** What is to go wrong with the next request whose "METHOD path" matches. */
  next: (request: RegExp, fault: Fault) => void;
  close: () => Promise<void>;
}

/** Stripe as far as it can be had: stripe-mock behind a proxy that remembers, and fails when told. */
export async function stripeProxy(): Promise<StripeProxy> {
  const mock = await startStripeMock(await resolveStripeMock({ cache: config.cache, say }));
  const rules = new StripeRules();
  const seen: Ask[] = [];
  const faults: { request: RegExp; fault: Fault }[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const sent = await text(request);
    const { pathname: path, searchParams } = new URL(url, mock.url);
    const key = headers['idempotency-key'] as string | undefined;
    const form = Object.fromEntries([...searchParams, ...new URLSearchParams(sent)]);
    const ask: Ask = { method, path, form, key };
    seen.push(ask);
    const at = faults.findIndex(({ request }) => request.test(`${method} ${path}`));
    const fault = at < 0 ? {} : (faults.splice(at, 1)[0]?.fault ?? {});

    if (fault.cut === 'before') return void request.socket.destroy();
    await fault.heldUntil;
    const answer =
      fault.turnedAway ?? rules.answer(ask, await fixture(method, url, headers, sent), fault.answered);
    if (fault.cut === 'after') return void request.socket.destroy();
    if (fault.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body));
  }

  async function fixture(
    method: string,
    url: string,
    { authorization = '', 'content-type': type = '' }: IncomingMessage['headers'],
    body: string,
  ): Promise<Answer> {
    const answer = await fetch(mock.url + url, {
      method,
      headers: { authorization, ...(method === 'POST' && { 'content-type': type }) },
      body: method === 'POST' ? body : null,
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rules,
    seen,
    next: (request, fault) => faults.push({ request, fault }),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await mock.stop();
    },
  };
}
