import { z } from 'zod';
import { CATALOGUE, type EventType } from '../../events/catalogue';
import { worldTypeOf } from '../../events/cloud-event';
import { endpoint, type Api } from '../endpoint';
import { measureLag } from './lag';
import { parkedEventRoutes } from './parked';

const EventKind = z
  .strictObject({
    name: z.string().meta({ description: 'Such as "movie.booked"' }),
    type: z.string().meta({ description: 'Of the CloudEvent, with its version' }),
    version: z.int(),
    description: z.string(),
    schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of its data' }),
  })
  .meta({ id: 'EventKind' });

const KINDS = (Object.keys(CATALOGUE) as EventType[]).map((name) => {
  const { version, what, data } = CATALOGUE[name];
  return { name, type: worldTypeOf(name), version, description: what, schema: { ...z.toJSONSchema(data) } };
});

/** What Haru tells, for whoever wants to listen. */
export function eventRoutes(api: Api): void {
  measureLag(api.deps);
  parkedEventRoutes(api);
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/events/catalogue',
      summary: 'Every event that is told, with the schema of its data',
      tag: 'Events',
      who: 'any',
      answers: { 200: z.strictObject({ data: z.array(EventKind) }) },
    },
    () => ({ status: 200, body: { data: KINDS } }),
  );
}
