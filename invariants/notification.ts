import { isWorded } from '../activities/notification/wording';
import { DOMAINS } from '../config';
import { BEGINNING, isAfter, type Told } from '../events/event';
import { Outbox } from '../events/outbox';
import { BATCH } from './batches';
import { parkedSubjects, placeOf } from './checkpoints';
import { type Breach, lawOf } from './law';
import type { World } from './world';

const CONSUMER = 'notification';

interface Message {
  event_id: string;
  customer: string;
  event: string;
}

/** M7, K3, B5: each change that concerns a customer is in their inbox; that it is there once the database says. */
export const MESSAGES = lawOf(
  {
    id: 'message-per-event',
    holds: 'Customers were told of each change that concerns them, and of nothing else',
    rule: 10,
    place: 'notification',
  },
  async (world) => {
    const parked = await parkedSubjects(world.databases.notification, CONSUMER, CONSUMER);
    const found: Breach[] = [];
    for (const domain of DOMAINS)
      found.push(...(await untold(world, new Outbox(world.databases[domain], domain), parked)));
    return found;
  },
);

async function untold(
  { databases: { notification } }: World,
  outbox: Outbox,
  parked: ReadonlySet<string>,
): Promise<Breach[]> {
  const reached = await placeOf(notification, CONSUMER, CONSUMER, outbox.name);
  const since = new Map(
    (await notification('notification.told_since').select<{ event: string; at: Date }[]>()).map(
      ({ event, at }) => [event, at] as const,
    ),
  );
  const isTold = ({ type, at }: Told) => at >= (since.get(type) ?? new Date(0));
  const found: Breach[] = [];
  for (let place = BEGINNING; ;) {
    const { events } = await outbox.after(place, BATCH);
    const due = events.filter(
      (event) => isTold(event) && !parked.has(event.subject) && !isAfter(event.place, reached),
    );
    const ids = due.map(({ id }) => id);
    const messages = await notification('notification.messages')
      .whereIn('event_id', ids)
      .select<Message[]>('event_id', 'customer', 'event');
    const messageOf = new Map(messages.map((message) => [message.event_id, message]));
    for (const event of due) {
      const breach = breachOf(event, messageOf.get(event.id));
      if (breach !== undefined) found.push({ id: event.id, breach });
    }
    const last = events.at(-1);
    if (!last || events.length < BATCH) return found;
    place = last.place;
  }
}

function breachOf({ id, type, customer }: Told, message: Message | undefined): string | undefined {
  const concerns = customer !== null && isWorded(type);
  if (concerns && !message) return `${customer} was not told of ${type} (${id})`;
  if (message && !(concerns && message.customer === customer && message.event === type))
    return `${message.customer} was told of ${message.event} (${id}), which is ${type} of ${customer ?? 'nobody'}`;
  return undefined;
}
