import { z } from 'zod';
import { CATALOGUE, type EventType } from './catalogue';
import type { Event } from './event';

/** The envelope in which the world gets an event: CloudEvents 1.0, JSON. */
export const CloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  /** The domain that tells it, such as "/movie". */
  source: z.string(),
  /** With its version, such as "haru.movie.booked.v1". */
  type: z.string(),
  subject: z.string(),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json'),
  /** An extension; left out where it is nobody's in particular. */
  customer: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type CloudEvent = z.infer<typeof CloudEvent>;

export const worldTypeOf = (type: EventType) => `haru.${type}.v${CATALOGUE[type].version}`;

export const cloudEvent = ({ id, type, subject, customer, data, at }: Event): CloudEvent => ({
  specversion: '1.0',
  id,
  source: `/${id.split('/')[0]}`,
  type: worldTypeOf(type as EventType),
  subject,
  time: at.toISOString(),
  datacontenttype: 'application/json',
  ...(customer !== null && { customer }),
  data,
});

/** What a reader of the envelope makes of it. */
export const eventIn = ({ id, type, subject, customer, data, time }: CloudEvent): Event => ({
  id,
  type: type.replace(/^haru\./, '').replace(/\.v\d+$/, ''),
  subject,
  customer: customer ?? null,
  data,
  at: new Date(time),
});
