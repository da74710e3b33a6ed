import { TypeID } from 'typeid-js';
import { z } from 'zod';
import type { Caller } from './caller';
import { Instant } from './schemas';

/** Of everything that a POST makes: when that was. */
export const Made = {
  createdAt: Instant.meta({ description: 'When it was asked for' }),
};

/** Of everything that a customer has. */
export const Owned = {
  ...Made,
  customer: z.string().optional().meta({ description: 'Whose it is, for those who see things of others' }),
};

type Ours = z.output<z.ZodObject<typeof Owned>>;

/** A TypeID is a UUIDv7: it begins with the milliseconds of the moment in which the API made it. */
export function createdAtOf(id: string): string {
  const uuid = TypeID.fromString(id).toUUID().replaceAll('-', '');
  return new Date(Number.parseInt(uuid.slice(0, 12), 16)).toISOString();
}

/** The first id of that kind that could be made at that moment: ids are ordered by time. */
export function firstIdAt(prefix: string, at: Date): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  return TypeID.fromUUID(prefix, `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`).toString();
}

/** What a thing of a customer shows besides its own fields; the owner knows whose it is. */
export const ownedView = ({ id, customer }: { id: string; customer: string }, caller: Caller): Ours => ({
  createdAt: createdAtOf(id),
  ...(customer !== caller.user && { customer }),
});
