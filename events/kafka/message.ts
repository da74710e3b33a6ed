import { type fetchV17, IS_CONTROL } from '@platformatic/kafka';
import { z } from 'zod';
import { CloudEvent, eventIn } from '../cloud-event';
import type { Place, Told } from '../event';

/** As it is in a topic. */
export interface Message {
  offset: bigint;
  value: Buffer | null;
  headers: ReadonlyMap<string, string>;
}

/** What a broker has answered for a partition. @returns also the offset after all of it; undefined when there is nothing */
export function messagesIn(
  { records }: fetchV17.FetchResponsePartition,
  from: bigint,
): { messages: Message[]; next: bigint | undefined } {
  const messages: Message[] = [];
  let next: bigint | undefined;
  for (const batch of records ?? []) {
    next = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (batch.attributes & IS_CONTROL) continue;
    for (const { offsetDelta, value, headers } of batch.records) {
      const offset = batch.firstOffset + BigInt(offsetDelta);
      // Brokers answer whole batches: the first may begin before.
      if (offset >= from)
        messages.push({
          offset,
          value,
          headers: new Map(headers.map(([key, text]) => [String(key), String(text)])),
        });
    }
  }
  return { messages, next };
}

/** A message that is no event of ours. */
export class Unreadable extends Error {}

/** @throws Unreadable saying what is wrong with it */
export function toldIn({ value, headers }: Message): Told {
  const event = CloudEvent.safeParse(jsonIn(value));
  if (!event.success) throw new Unreadable(`no CloudEvent: ${z.prettifyError(event.error)}`);
  return { ...eventIn(event.data), place: placeIn(headers) };
}

function jsonIn(value: Buffer | null): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    throw new Unreadable('not JSON');
  }
}

function placeIn(headers: Message['headers']): Place {
  const [xid = '', position = ''] = [headers.get('xid'), headers.get('position')];
  if (!/^\d{1,20}$/.test(xid) || !/^\d{1,15}$/.test(position))
    throw new Unreadable('no place in its headers');
  return { xid, position: Number(position) };
}
