import { z } from 'zod';

/** A kind of event. */
export interface Entry {
  /** Grows when a field goes or changes its meaning; a new field alone changes nothing. */
  version: number;
  what: string;
  /** The thing as it is after the event. */
  data: z.ZodType;
}

export const described = <T extends z.ZodType>(type: T, description: string) => type.meta({ description });
export const text = (what: string) => described(z.string(), what);
export const count = (what: string) => described(z.int(), what);
export const won = (what: string) => count(`${what}, whole KRW`);
/** WGS 84. */
export const degrees = (what: string) => described(z.number(), `${what}, degrees`);
export const time = (what: string) => described(z.iso.datetime(), what);
/** @param about whose id the event's subject is */
export const shape = <T extends z.ZodRawShape>(title: string, about: string, fields: T) =>
  z.strictObject(fields).meta({ title, description: about });
