import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Knex } from 'knex';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { Webhook } from 'standardwebhooks';
import type { Channels } from '../../config';
import { endpointById, secretsOf } from './endpoints';
import { Unwanted } from './unwanted';
import type { Send } from './deliveries';

/** CloudEvents to others' systems, signed as Standard Webhooks has it. */
export function webhookSender(db: Knex, { allowPrivate, allowPlain }: Channels['webhooks']): Send {
  // Looked at when it connects: a name may lead elsewhere by then.
  const allowed = { allowPrivateIPAddress: allowPrivate, allowMetaIPAddress: false };
  const plain = new RequestFilteringHttpAgent(allowed);
  const secure = new RequestFilteringHttpsAgent(allowed);

  /** @returns the status; redirects are not followed */
  const send = (url: string, body: string, headers: Record<string, string>, signal: AbortSignal) =>
    new Promise<number>((resolve, reject) => {
      const options = { method: 'POST', headers, signal };
      const request = url.startsWith('https:')
        ? requestHttps(url, { ...options, agent: secure })
        : requestHttp(url, { ...options, agent: plain });
      request.on('error', reject).on('response', (answer) => {
        resolve(answer.statusCode ?? 0);
        // Whatever else it says is of no interest, and might be without end.
        answer.destroy();
      });
      request.end(body);
    });

  return async ({ id, recipient, content }, signal) => {
    const endpoint = await endpointById(db, recipient);
    if (!endpoint) throw new Unwanted('the endpoint has been removed');
    if (!allowPlain && !endpoint.url.startsWith('https:')) throw new Unwanted('http is not encrypted');
    const body = JSON.stringify(content);
    const now = new Date();
    const status = await send(
      endpoint.url,
      body,
      {
        'Content-Type': 'application/cloudevents+json; charset=utf-8',
        'Content-Length': String(Buffer.byteLength(body)),
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
        'webhook-signature': secretsOf(endpoint, now)
          .map((secret) => new Webhook(secret).sign(id, now, body))
          .join(' '),
      },
      signal,
    );
    if (status < 200 || status > 299) throw new Error(`the endpoint answered ${status}`);
  };
}
