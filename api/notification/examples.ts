import { deliveries } from '../../activities/notification/deliveries';
import { endpoints } from '../../activities/notification/endpoints';
import { parkedEvents } from '../../events/parked';
import type { Api } from '../endpoint';
import type { Offered, People } from '../examples';

/** An endpoint, what did not reach one, and an event that a consumer could not take. */
export async function notificationOffers(
  { deps: { databases } }: Api,
  people: People | undefined,
): Promise<Offered> {
  if (!people) return {};
  const db = databases.notification;
  const [endpoint] = (await endpoints(db, 1)) ?? [];
  const [failed] = (await deliveries(db, { status: 'FAILED' }, 1)) ?? [];
  const schemas = ['views', 'notification'] as const;
  const parked = await Promise.all(schemas.map((schema) => parkedEvents(databases[schema], schema)));
  return { whk: endpoint?.id, 'dlv resendMessage': failed?.id, pev: parked.flat()[0]?.id };
}
