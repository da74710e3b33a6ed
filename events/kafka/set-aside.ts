import { typeid } from 'typeid-js';
import { isAfter, type Told } from '../event';
import { REFUSED } from '../parked';
import type { Consumer } from '../subscription';
import { type Message, toldIn, Unreadable } from './message';
import type { Newest } from './newest';

interface Refused {
  offset: bigint;
  why: string;
}

/** What of these messages is an event of ours, and what is none. @throws what the outbox's database throws */
export async function sift(
  messages: readonly Message[],
  newest: Newest,
): Promise<{ events: Told[]; refused: Refused[] }> {
  const refused: Refused[] = [];
  const read = messages.flatMap((message) => {
    try {
      return [{ offset: message.offset, told: toldIn(message) }];
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      refused.push({ offset: message.offset, why: error.message });
      return [];
    }
  });
  const last = await newest.for(read.map(({ told }) => told.place));
  for (const { offset, told } of read)
    if (isAfter(told.place, last))
      refused.push({ offset, why: `${told.id} is beyond its outbox's newest event` });
  return { events: read.map(({ told }) => told).filter(({ place }) => !isAfter(place, last)), refused };
}

/**
 * Puts messages among the parked events, each once, where an operator sees them; they hold up no subject.
 * @returns those that were not there before
 */
export async function setAside(
  { db, schema, name }: Consumer,
  source: string,
  refused: readonly Refused[],
): Promise<{ subject: string; error: string }[]> {
  if (refused.length === 0) return [];
  const rows = refused.map(({ offset, why }) => {
    const subject = `haru.${source}@${offset}`;
    return {
      ...{ id: typeid('pev').toString(), consumer: name, source, subject, error: why },
      // Below those of events.
      position: Number(-1n - offset),
      event: JSON.stringify({
        id: subject,
        type: REFUSED,
        subject,
        customer: null,
        data: {},
        at: new Date(),
      }),
    };
  });
  return db(`${schema}.parked_events`)
    .insert(rows)
    .onConflict(['consumer', 'source', 'position'])
    .ignore()
    .returning<{ subject: string; error: string }[]>(['subject', 'error']);
}
