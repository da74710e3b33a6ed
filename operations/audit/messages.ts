import type { Knex } from 'knex';
import { isWorded } from '../../activities/notification/wording';
import { BEGINNING, isAfter, type Told } from '../../events/event';
import type { Outbox } from '../../events/outbox';
import { BATCH } from './batches';
import type { Breach, Finding } from './check';
import { parkedSubjects, placeOf } from './progress';

const CONSUMER = 'notification';

interface Message {
  event_id: string;
  customer: string;
  event: string;
}

/** M7, K3, B5: each change that concerns a customer is in their inbox, once; that it is not there twice the database says. */
export async function messageFinding(notification: Knex, outboxes: readonly Outbox[]): Promise<Finding> {
  const breaches: Breach[] = [];
  const parked = await parkedSubjects(notification, CONSUMER, CONSUMER);
  for (const outbox of outboxes) {
    const reached = await placeOf(notification, CONSUMER, CONSUMER, outbox.name);
    for (let place = BEGINNING; ;) {
      const { events } = await outbox.after(place, BATCH);
      const due = events.filter((event) => !parked.has(event.subject) && !isAfter(event.place, reached));
      const messages = await notification('notification.messages')
        .whereIn(
          'event_id',
          due.map(({ id }) => id),
        )
        .select<Message[]>('event_id', 'customer', 'event');
      const messageOf = new Map(messages.map((message) => [message.event_id, message]));
      for (const event of due) {
        const breach = breachOf(event, messageOf.get(event.id));
        if (breach !== undefined) breaches.push({ id: event.id, breach });
      }
      const last = events.at(-1);
      if (!last || events.length < BATCH) break;
      place = last.place;
    }
  }
  return { holds: 'Customers were told of each change that concerns them, and of nothing else', breaches };
}

function breachOf({ id, type, customer }: Told, message: Message | undefined): string | undefined {
  const concerns = customer !== null && isWorded(type);
  if (concerns && !message) return `${customer} was not told of ${type} (${id})`;
  if (message && !(concerns && message.customer === customer && message.event === type))
    return `${message.customer} was told of ${message.event} (${id}), which is ${type} of ${customer ?? 'nobody'}`;
  return undefined;
}
