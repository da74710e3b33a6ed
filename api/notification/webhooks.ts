import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import {
  addEndpoint,
  changeEndpoint,
  endpointById,
  type EndpointRow,
  endpoints,
  removeEndpoint,
  rotateSecret,
} from '../../activities/notification/endpoints';
import { postTrial } from '../../activities/notification/deliveries';
import { CATALOGUE, type EventType } from '../../events/catalogue';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { cursorOf, Instant, listOf, Page, pageOf, typeId } from '../schemas';
import { createdAtOf, Made } from '../thing';
import { says } from '../validation-words';
import { sentMessage, SentMessage } from './deliveries';

const WebhookView = z
  .strictObject({
    id: typeId('whk'),
    url: z.string(),
    events: z
      .array(z.string())
      .nullable()
      .meta({ description: 'null: every one of the catalogue, without addresses' }),
    paused: z.boolean().meta({ description: 'What happens meanwhile is never told' }),
    at: Instant.meta({ description: 'Told of what happens from then on' }),
    ...Made,
  })
  .meta({ id: 'Webhook' });

const NewWebhook = WebhookView.extend({
  secret: z.string().meta({ description: 'whsec_…, to verify signatures with; shown this once' }),
}).meta({ id: 'NewWebhook' });

const webhookView = ({ id, url, events, paused, at }: EndpointRow): z.output<typeof WebhookView> => ({
  id,
  url,
  events,
  paused,
  at: at.toISOString(),
  createdAt: createdAtOf(id),
});

const params = z.strictObject({ id: typeId('whk') });

/** Other systems that are told of events: signed as Standard Webhooks has it, in CloudEvents. */
export function webhookRoutes(api: Api): void {
  const { databases, config } = api.deps;
  const db = databases.notification;
  const path = '/v1/operations/webhooks';
  const tag = 'Operations';
  const { allowPlain, allowPrivate } = config.channels.webhooks;
  const scheme = allowPlain ? 'https?' : 'https';
  const Url = z
    .url({ protocol: new RegExp(`^${scheme}$`) })
    .max(2_000)
    .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), says('password'))
    .meta({ pattern: `^${scheme}://[^/?#@]+([/?#].*)?$`, example: 'https://example.com/haru' });
  const Events = z
    .array(z.enum(Object.keys(CATALOGUE) as [EventType, ...EventType[]]))
    .min(1)
    .max(100);

  function refusePrivate(url: string): void {
    const address = new URL(url).hostname.replace(/^\[|\]$/g, '');
    if (!allowPrivate && isPrivate(address)) throw new Problem('address-refused', { address });
  }

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
        url: Url,
        events: Events.optional().meta({
          description: 'Every event unless said; where it goes (an address) is told to who names the event',
        }),
      }),
      example: () => ({ url: 'https://example.com/haru', events: ['movie.booked', 'movie.cancelled'] }),
      answers: { 201: NewWebhook },
      problems: ['address-refused'],
    },
    async ({ body: { url, events }, operation, caller }) => {
      refusePrivate(url);
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
      method: 'patch',
      path: `${path}/{id}`,
      summary: 'Lead an endpoint elsewhere, choose its events (null: every one), pause it or let it go on',
      tag,
      who: ['admin'],
      params,
      body: z.strictObject({
        url: Url.optional(),
        events: Events.nullable().optional(),
        paused: z.boolean().optional(),
      }),
      example: () => ({ events: ['movie.booked'], paused: false }),
      answers: { 200: WebhookView },
      problems: ['address-refused'],
    },
    async ({ params: { id }, body: { url, events, paused } }) => {
      if (url !== undefined) refusePrivate(url);
      const row = await changeEndpoint(db, id, {
        ...(url !== undefined && { url }),
        ...(events !== undefined && { events }),
        ...(paused !== undefined && { paused }),
      });
      if (!row) throw new Problem('not-found');
      return { status: 200, body: webhookView(row) };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: `${path}/{id}/rotate`,
      summary: 'Another secret; the one of before signs beside it for a day',
      tag,
      who: ['admin'],
      params,
      hasSecret: true,
      answers: { 200: NewWebhook },
    },
    async ({ params: { id }, operation }) => {
      const row = await (operation.askedBefore ? endpointById(db, id) : rotateSecret(db, id));
      if (!row) throw new Problem('not-found');
      return { status: 200, body: { ...webhookView(row), secret: row.secret } };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: `${path}/{id}/test`,
      summary:
        'Send an endpoint a trial event, paused or not; see /v1/operations/deliveries for what became of it',
      tag,
      who: ['admin'],
      params,
      makes: 'try',
      answers: { 202: SentMessage },
    },
    async ({ params: { id }, operation }) => {
      if (!(await endpointById(db, id))) throw new Problem('not-found');
      const sent = await postTrial(db, id, operation.thingId);
      return { status: 202, body: sentMessage(sent) };
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
