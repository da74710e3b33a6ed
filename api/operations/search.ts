import { z } from 'zod';
import { customersBy } from '../../activities/notification/contacts';
import { endpoint, type Api } from '../endpoint';
import { Instant, Line } from '../schemas';
import { thingBy, thingsOf } from './things';

/** Of each kind of things of a customer's. */
const NEWEST = 5;

const FoundView = z
  .strictObject({
    kind: z.string(),
    id: z.string(),
    customer: z.string().nullable().meta({ description: 'Whose it is' }),
    status: z.string().nullable(),
    createdAt: Instant.nullable(),
    href: z.string().nullable().meta({ description: 'Where it is read' }),
  })
  .meta({ id: 'Found' });

/** Whatever support is told: an id, a customer's name, a phone number or an e-mail address. */
export function searchRoutes(api: Api): void {
  const { databases } = api.deps;
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/search',
      summary: 'Find a thing by its id, or a customer with their newest things',
      tag: 'Operations',
      who: ['admin'],
      query: z.strictObject({
        q: Line(254).optional().meta({
          description:
            'An id of any kind, a customer, a confirmed phone number or e-mail; nothing is found by nothing',
        }),
      }),
      answers: { 200: z.strictObject({ data: z.array(FoundView) }).meta({ id: 'FoundThings' }) },
    },
    async ({ query }) => {
      const q = query.q?.trim() ?? '';
      if (/^[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(q)) {
        const one = await thingBy(databases, q);
        return { status: 200, body: { data: one ? [one] : [] } };
      }
      if (q === '') return { status: 200, body: { data: [] } };
      const customers = new Set([q, ...(await customersBy(databases.notification, q))]);
      const data = await Promise.all([...customers].map((customer) => customerWithThings(customer)));
      return { status: 200, body: { data: data.flat() } };
    },
  );

  async function customerWithThings(customer: string): Promise<z.output<typeof FoundView>[]> {
    const things = await thingsOf(databases, customer, NEWEST);
    const known = things.length > 0 || (await api.deps.paymentReads.balance(customer)) > 0;
    if (!known) return [];
    const href = `/v1/operations/customers/${encodeURIComponent(customer)}`;
    const self = { kind: 'customer', id: customer, customer, status: null, createdAt: null, href };
    return [self, ...things];
  }
}
