import type { Knex } from 'knex';
import { isWorded } from '../../activities/notification/wording';
import { checkpointsIn } from '../../events/checkpoint';
import { BEGINNING, isAfter, type Place } from '../../events/event';
import { Outbox } from '../../events/outbox';
import type { Breach, Check, Finding } from './check';

const BATCH = 5_000;

/** On the movie's database. */
export const TOLD_BOOKINGS: readonly Check[] = [
  {
    holds: 'A booking is as its last event tells',
    breaches: `
      SELECT b.id, format('booking %s is %s, told as %s', b.id, b.status, COALESCE(o.status, 'nothing')) AS breach
      FROM movie.bookings b LEFT JOIN LATERAL (
        SELECT o.data ->> 'status' AS status, o.data ->> 'ticket' AS ticket FROM movie.outbox o
        WHERE o.subject = b.id ORDER BY o.xid DESC, o.position DESC LIMIT 1) o ON true
      WHERE (b.status, b.ticket) IS DISTINCT FROM (o.status, o.ticket)`,
  },
];

/** On the payment's database. */
export const TOLD_DEPOSITS: readonly Check[] = [
  {
    holds: 'A deposit is what its events add up to',
    breaches: `
      SELECT a.id, format('%s holds %s, told as %s', a.id, a.balance, COALESCE(o.told, 0)) AS breach
      FROM payment.accounts a LEFT JOIN (
        SELECT 'deposit:' || customer AS id, sum((data ->> 'amount')::bigint) AS told FROM payment.outbox
        WHERE type IN ('payment.deposit-moved', 'payment.deposit-recorded') GROUP BY customer) o USING (id)
      WHERE a.id LIKE 'deposit:%' AND a.balance <> COALESCE(o.told, 0)`,
  },
];

/** The page of bookings holds what the events up to its checkpoint tell. Two databases: no join. */
export async function pageFindings(views: Knex, movie: Knex): Promise<Finding> {
  const breaches: Breach[] = [];
  await views.transaction(
    async (tx) => {
      const place = await placeOf(tx, 'views', 'bookings', 'movie');
      const parked = await parkedSubjects(tx, 'views', 'bookings');
      for (let last = ''; ;) {
        const told = await lastEvents(movie, place, last);
        const rows = await tx('views.bookings')
          .whereIn(
            'id',
            told.map(({ subject }) => subject),
          )
          .select<Shown[]>('id', 'status', 'ticket', 'refunded');
        const shown = new Map(rows.map((row) => [row.id, row]));
        for (const { subject, data } of told) {
          const row = shown.get(subject);
          const right =
            row?.status === data.status && row.ticket === data.ticket && row.refunded === data.refunded;
          if (!right && !parked.has(subject))
            breaches.push({
              id: subject,
              breach: `booking ${subject} is shown as ${row?.status ?? 'nothing'}, told as ${data.status}`,
            });
        }
        last = told.at(-1)?.subject ?? '';
        if (told.length < BATCH) break;
      }
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
  return { holds: 'The page of bookings is what the events tell', breaches };
}

interface Shown {
  id: string;
  status: string;
  ticket: string;
  refunded: number;
}

async function lastEvents(movie: Knex, { xid, position }: Place, after: string) {
  const { rows } = await movie.raw<{ rows: { subject: string; data: Shown }[] }>(
    `SELECT DISTINCT ON (o.subject) o.subject, o.data FROM movie.outbox o
     WHERE o.type <> 'movie.screening-added' AND o.subject > :after
       AND (o.xid, o.position) <= (CAST(:xid AS xid8), :position)
     ORDER BY o.subject, o.xid DESC, o.position DESC LIMIT ${BATCH}`,
    { xid, position, after },
  );
  return rows;
}

/** M7: each change that concerns a customer is in their inbox, once. */
export async function messageFindings(
  notification: Knex,
  sources: Record<'movie' | 'payment', Knex>,
): Promise<Finding> {
  const breaches: Breach[] = [];
  const parked = await parkedSubjects(notification, 'notification', 'notification');
  for (const [source, db] of Object.entries(sources)) {
    const reached = await placeOf(notification, 'notification', 'notification', source);
    const outbox = new Outbox(db, source);
    for (let place = BEGINNING; ;) {
      const { events } = await outbox.after(place, BATCH);
      const due = events.filter(
        (event) =>
          event.customer !== null &&
          isWorded(event.type) &&
          !parked.has(event.subject) &&
          !isAfter(event.place, reached),
      );
      const told = new Set(
        await notification('notification.messages')
          .whereIn(
            'event_id',
            due.map(({ id }) => id),
          )
          .pluck<string[]>('event_id'),
      );
      for (const { id, type, customer } of due)
        if (!told.has(id)) breaches.push({ id, breach: `${customer} was not told of ${type} (${id})` });
      const last = events.at(-1);
      if (!last || events.length < BATCH) break;
      place = last.place;
    }
  }
  return { holds: 'Customers were told of each change that concerns them', breaches };
}

async function placeOf(db: Knex, schema: string, consumer: string, of: string): Promise<Place> {
  const reached = await checkpointsIn(db, schema, consumer);
  return reached.find(({ source }) => source === of) ?? BEGINNING;
}

async function parkedSubjects(db: Knex, schema: string, consumer: string): Promise<Set<string>> {
  return new Set(
    await db(`${schema}.parked_events`).where({ consumer }).distinct().pluck<string[]>('subject'),
  );
}
