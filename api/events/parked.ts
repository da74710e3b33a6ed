import { z } from 'zod';
import { parkedEvents, type ParkedEvent, retryParkedEvent } from '../../events/parked';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { Instant, typeId } from '../schemas';

/** Where consumers of Haru's own keep their checkpoints. */
const SCHEMAS = ['views', 'notification'] as const;

const ParkedEventView = z
  .strictObject({
    id: typeId('pev'),
    consumer: z.string(),
    source: z.string(),
    subject: z.string().meta({ description: 'Whose events wait; those of others go on' }),
    event: z.string(),
    error: z.string(),
    parkedAt: Instant,
    behind: z.int().meta({ description: 'Later events of the subject that wait behind it' }),
    retrying: z.boolean(),
  })
  .meta({ id: 'ParkedEvent' });

const parkedEventView = ({ type, parkedAt, retry, ...same }: ParkedEvent) => ({
  ...same,
  event: type,
  parkedAt: parkedAt.toISOString(),
  retrying: retry,
});

/** Events that a page or the inbox could not take: seen, and tried again, by operators. */
export function parkedEventRoutes(api: Api): void {
  const { databases } = api.deps;
  const tag = 'Operations';
  const all = async () => {
    const lists = await Promise.all(SCHEMAS.map((schema) => parkedEvents(databases[schema], schema)));
    return lists.flat();
  };

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/parked-events',
      summary: 'Events that a consumer could not take, the first of each subject',
      tag,
      who: ['admin'],
      answers: { 200: z.strictObject({ data: z.array(ParkedEventView) }) },
    },
    async () => ({ status: 200, body: { data: (await all()).map(parkedEventView) } }),
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/operations/parked-events/{id}/retry',
      summary: 'Let the consumer try it again, and what waits behind it',
      tag,
      who: ['admin'],
      params: z.strictObject({ id: typeId('pev') }),
      answers: { 200: z.strictObject({ retrying: z.literal(true) }) },
    },
    async ({ params: { id } }) => {
      const found = await Promise.all(
        SCHEMAS.map((schema) => retryParkedEvent(databases[schema], schema, id)),
      );
      if (!found.includes(true)) throw new Problem('not-found');
      return { status: 200, body: { retrying: true as const } };
    },
  );
}
