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
  /** The secret of before, which signs beside it for a while. */
  old_secret: string | null;
  old_secret_until: Date | null;
  /** What happens while it is paused is not for it. */
  paused: boolean;
  at: Date;
}

const ENDPOINT = ['id', 'url', 'events', 'secret', 'old_secret', 'old_secret_until', 'paused', 'at'] as const;
const SECRET_BYTES = 32;
const OLD_SECRET_HOURS = 24;

const newSecret = () => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/** Registers it, with a new secret; the same id again is the endpoint that there is. */
export async function addEndpoint(
  db: Knex,
  endpoint: Pick<EndpointRow, 'id' | 'url' | 'events'>,
  by: string,
): Promise<EndpointRow> {
  await db('notification.endpoints')
    .insert({ ...endpoint, secret: newSecret(), registered_by: by })
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

/** @returns it as it is then; undefined where it is not there */
export async function changeEndpoint(
  db: Knex,
  id: string,
  change: Partial<Pick<EndpointRow, 'url' | 'events' | 'paused'>>,
): Promise<EndpointRow | undefined> {
  if (Object.keys(change).length > 0) await db('notification.endpoints').where({ id }).update(change);
  return endpointById(db, id);
}

/** Gives it another secret; the one of before signs beside it for a day. @returns undefined where it is not there */
export async function rotateSecret(db: Knex, id: string): Promise<EndpointRow | undefined> {
  await db('notification.endpoints')
    .where({ id })
    .update({
      secret: newSecret(),
      old_secret: db.ref('secret'),
      old_secret_until: db.raw(`now() + interval '${OLD_SECRET_HOURS} hours'`),
    });
  return endpointById(db, id);
}

/** Those that requests to it are signed with now. */
export const secretsOf = ({ secret, old_secret, old_secret_until }: EndpointRow, now: Date): string[] =>
  old_secret !== null && old_secret_until !== null && now < old_secret_until
    ? [secret, old_secret]
    : [secret];

/** @returns whether it was there */
export async function removeEndpoint(db: Knex, id: string): Promise<boolean> {
  return (await db('notification.endpoints').where({ id }).delete()) > 0;
}

type Wish = Pick<EndpointRow, 'id' | 'events' | 'paused' | 'at'>;

export async function allEndpoints(db: Knex): Promise<Wish[]> {
  return db('notification.endpoints').select<Wish[]>('id', 'events', 'paused', 'at');
}

/** What happened before an endpoint was there is not for it. */
export const wants = ({ events, paused, at }: Wish, event: Event): boolean =>
  !paused && at <= event.at && (events === null || events.includes(event.type));

/** Where something goes is for those who asked for the event by its name. */
export function shownTo({ events }: Wish, event: Event): Event {
  if (events !== null || !('address' in event.data)) return event;
  const { address: _, ...data } = event.data;
  return { ...event, data };
}
