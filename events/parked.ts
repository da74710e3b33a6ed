import type { Knex } from 'knex';

/** An event that a consumer could not take. */
export interface ParkedEvent {
  id: string;
  consumer: string;
  source: string;
  subject: string;
  type: string;
  /** What the last try met. */
  error: string;
  parkedAt: Date;
  /** How many later events of the subject wait behind it. */
  behind: number;
  /** It is about to be tried again. */
  retry: boolean;
}

/** Type of what came by Kafka and was no event: it is listed, and never taken; its position is negative. */
export const REFUSED = 'refused-message';

/** What consumers in one schema could not take, the oldest first: one row a subject, for its first event. */
export async function parkedEvents(db: Knex, schema: string): Promise<ParkedEvent[]> {
  const { rows } = await db.raw<{ rows: ParkedEvent[] }>(
    `SELECT DISTINCT ON (consumer, source, subject) id, consumer, source, subject, event ->> 'type' AS type,
       COALESCE(error, '') AS error, parked_at AS "parkedAt", retry,
       count(*) OVER (PARTITION BY consumer, source, subject) - 1 AS behind
     FROM :schema:.parked_events ORDER BY consumer, source, subject, position`,
    { schema },
  );
  return rows.sort((a, b) => a.parkedAt.getTime() - b.parkedAt.getTime());
}

/** Lets the consumer try the event again, and those of its subject after it. @returns false when it is not parked */
export async function retryParkedEvent(db: Knex, schema: string, id: string): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `UPDATE :schema:.parked_events e SET retry = true FROM :schema:.parked_events p
     WHERE p.id = :id AND (e.consumer, e.source, e.subject) = (p.consumer, p.source, p.subject)`,
    { schema, id },
  );
  return rowCount > 0;
}
