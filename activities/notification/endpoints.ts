import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { Event } from '../../events/event';
import { newestFirst } from './numbered';

/** Somebody's system that is told of events. */
export interface EndpointRow {
  id: string;
  url: string;
  /** Names of the catalogue; null for all. */
  events: string[] | null;
  /** What requests to it are signed with: "whsec_…" as Standard Webhooks has it. */
  secret: string;
  at: Date;
}

const ENDPOINT = ['id', 'url', 'events', 'secret', 'at'] as const;
const SECRET_BYTES = 32;

/** Registers it, with a new secret; the same id again is the endpoint that there is. */
export async function addEndpoint(
  db: Knex,
  endpoint: Pick<EndpointRow, 'id' | 'url' | 'events'>,
  by: string,
): Promise<EndpointRow> {
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  await db('notification.endpoints')
    .insert({ ...endpoint, secret, registered_by: by })
    .onConflict('id')
    .ignore();
  return (await endpointById(db, endpoint.id)) as EndpointRow;
}

export async function endpointById(db: Knex, id: string): Promise<EndpointRow | undefined> {
  return db('notification.endpoints').where({ id }).first<EndpointRow | undefined>(ENDPOINT);
}

/** Newest first. `before`: the id of the last one seen. @returns undefined where that is not there */
export const endpoints = (db: Knex, limit: number, before?: string) =>
  newestFirst<EndpointRow>(db, 'notification.endpoints', { limit, before, columns: ENDPOINT });

/** @returns whether it was there */
export async function removeEndpoint(db: Knex, id: string): Promise<boolean> {
  return (await db('notification.endpoints').where({ id }).delete()) > 0;
}

type Wish = Pick<EndpointRow, 'id' | 'events' | 'at'>;

export async function allEndpoints(db: Knex): Promise<Wish[]> {
  return db('notification.endpoints').select<Wish[]>('id', 'events', 'at');
}

/** What happened before an endpoint was there is not for it. */
export const wants = ({ events, at }: Wish, event: Event): boolean =>
  at <= event.at && (events === null || events.includes(event.type));

/** Where something goes is for those who asked for the event by its name. */
export function shownTo({ events }: Wish, event: Event): Event {
  if (events !== null || !('address' in event.data)) return event;
  const { address: _, ...data } = event.data;
  return { ...event, data };
}
