import { CATALOGUE, type EventType } from '../../events/catalogue';
import type { TestStack } from '../test-stack';

export interface Row {
  type: EventType;
  subject: string;
  customer: string | null;
  data: Record<string, unknown>;
}

/** A domain's outbox, in its order. */
export const outboxOf = (stack: TestStack, domain: string): Promise<Row[]> =>
  stack.db(`${domain}.outbox`).orderBy(['xid', 'position']).select('type', 'subject', 'customer', 'data');

/** What a domain has told of a booking or top-up, by the last word of the events' names: "held, booked". */
export async function toldOf(stack: TestStack, domain: string, id: string): Promise<string> {
  const rows = await outboxOf(stack, domain);
  return rows
    .filter(({ subject, data }) => subject === id || data.reference === id)
    .map(({ type }) => type.slice(domain.length + 1))
    .join(', ');
}

/** What an event has that the catalogue does not say, or lacks of what it says. */
export function unfit(domain: string, { type, subject, data }: Row): string[] {
  if (!type.startsWith(`${domain}.`)) return [`${domain} tells ${type}`];
  if (!(type in CATALOGUE)) return [`${type} is not in the catalogue`];
  const parsed = CATALOGUE[type].data.safeParse(data);
  return parsed.success ? [] : [`${type} of ${subject}: ${parsed.error.message}`];
}
