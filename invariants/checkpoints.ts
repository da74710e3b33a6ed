import type { Knex } from 'knex';
import { checkpointsIn } from '../events/checkpoint';
import { BEGINNING, type Place } from '../events/event';

/** How far a consumer has come in a domain's events: what is later it does not know yet. */
export async function placeOf(db: Knex, schema: string, consumer: string, of: string): Promise<Place> {
  const reached = await checkpointsIn(db, schema, consumer);
  return reached.find(({ source }) => source === of) ?? BEGINNING;
}

/** Of these a consumer could not take an event: an operator sees them in a list of their own. */
export async function parkedSubjects(db: Knex, schema: string, consumer: string): Promise<Set<string>> {
  return new Set(
    await db(`${schema}.parked_events`).where({ consumer }).distinct().pluck<string[]>('subject'),
  );
}
