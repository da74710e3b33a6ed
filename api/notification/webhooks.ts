import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import {
  addEndpoint,
  endpointById,
  type EndpointRow,
  endpoints,
  removeEndpoint,
} from '../../activities/notification/endpoints';
import { CATALOGUE, type EventType } from '../../events/catalogue';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { cursorOf, Instant, listOf, Page, pageOf, typeId } from '../schemas';
import { says } from '../validation-words';

const WebhookView = z
  .strictObject({
    id: typeId('whk'),
    url: z.string(),
    events: z
      .array(z.string())
      .nullable()
      .meta({ description: 'null: every one of the catalogue, without addresses' }),
    at: Instant.meta({ description: 'Told of what happens from then on' }),
  })
  .meta({ id: 'Webhook' });

const NewWebhook = WebhookView.extend({
  secret: z.string().meta({ description: 'whsec_…, to verify signatures with; shown this once' }),
}).meta({ id: 'NewWebhook' });

const webhookView = ({ id, url, events, at }: EndpointRow): z.output<typeof WebhookView> => ({
  id,
  url,
  events,
  at: at.toISOString(),
});

const params = z.strictObject({ id: typeId('whk') });

/** Other systems that are told of events: signed as Standard Webhooks has it, in CloudEvents. */
export function webhookRoutes(api: Api): void {
  const { databases, config } = api.deps;
  const db = databases.notification;
  const path = '/v1/operations/webhooks';
  const tag = 'Operations';
  const scheme = config.channels.webhooks.allowPlain ? 'https?' : 'https';

  endpoint(
    api,
    {
      method: 'post',
      path,
      summary: 'Register an endpoint that is told of events from now on',
      tag,
      who: ['admin'],
      makes: 'whk',
      hasSecret: true,
      body: z.strictObject({
        url: z
          .url({ protocol: new RegExp(`^${scheme}$`) })
          .max(2_000)
          .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), says('password'))
          .meta({ pattern: `^${scheme}://[^/?#@]+([/?#].*)?$`, example: 'https://example.com/haru' }),
        events: z
          .array(z.enum(Object.keys(CATALOGUE) as [EventType, ...EventType[]]))
          .min(1)
          .max(100)
          .optional()
          .meta({
            description: 'Every event unless said; where it goes (an address) is told to who names the event',
          }),
      }),
      answers: { 201: NewWebhook },
      problems: ['address-refused'],
    },
    async ({ body: { url, events }, operation, caller }) => {
      const address = new URL(url).hostname.replace(/^\[|\]$/g, '');
      if (!config.channels.webhooks.allowPrivate && isPrivate(address))
        throw new Problem('address-refused', { address });
      const row = await addEndpoint(db, { id: operation.thingId, url, events: events ?? null }, caller.user);
      return {
        status: 201,
        location: `${path}/${row.id}`,
        body: { ...webhookView(row), secret: row.secret },
      };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path,
      summary: 'The endpoints that are told of events, newest first',
      tag,
      who: ['admin'],
      query: Page.extend({ cursor: cursorOf('whk') }),
      answers: { 200: listOf(WebhookView) },
    },
    async ({ query: { limit, cursor } }) => {
      const rows = await endpoints(db, limit + 1, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map(webhookView), nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: `${path}/{id}`,
      summary: 'An endpoint',
      tag,
      who: ['admin'],
      params,
      answers: { 200: WebhookView },
    },
    async ({ params: { id } }) => {
      const row = await endpointById(db, id);
      if (!row) throw new Problem('not-found');
      return { status: 200, body: webhookView(row) };
    },
  );

  endpoint(
    api,
    {
      method: 'delete',
      path: `${path}/{id}`,
      summary: 'Tell an endpoint nothing more',
      tag,
      who: ['admin'],
      params,
      answers: { 204: null },
    },
    async ({ params: { id } }) => {
      if (!(await removeEndpoint(db, id))) throw new Problem('not-found');
      return { status: 204 };
    },
  );
}

/** This machine and its networks, and what is nobody's address; the sender itself looks again, at names too. */
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');

/** Of IPv6 what is public is in one block; the rest is local, or leads to IPv4 by another name. */
const PUBLIC_IPV6 = new BlockList();
PUBLIC_IPV6.addSubnet('2000::', 3, 'ipv6');

function isPrivate(address: string): boolean {
  if (isIP(address) === 4) return PRIVATE.check(address);
  return isIP(address) === 6 && !PUBLIC_IPV6.check(address, 'ipv6');
}
