import type { Knex } from 'knex';
import type { Domain } from '../config';
import type { World } from './world';

/** What always holds, in eleven sentences: each law belongs to one of them. */
export const RULES = {
  1: 'Money is conserved: the accounts add up to 0, each balance is the sum of its entries',
  2: 'Ledger and provider agree: at most one capture per thing, refunds never exceed it',
  3: 'Each seat, vehicle and pass has at most one owner, and its status says so',
  4: 'What stands is paid, and what is paid is delivered or refunded',
  5: 'Of two acts that exclude each other exactly one happens',
  6: 'Rides, points, fees and deposits add up',
  7: 'Counters equal the rows that they count',
  8: 'What was answered with success exists',
  9: 'Each transition has one event; each page equals the events it is made of',
  10: 'Each event that concerns a customer is one message',
  11: 'Every workflow has ended as its row says, or waits lawfully',
} as const;
type Rule = keyof typeof RULES;

/** Where the rows of a law are. */
type Place = Domain | 'views' | 'notification' | 'api' | 'engine';

export interface Law {
  /** Stable, such as "booking-paid". */
  id: string;
  /** The law in one sentence. */
  holds: string;
  rule: Rule;
  place: Place;
}

export interface Breach {
  /** Of the row or thing that breaks the law. */
  id: string;
  /** What is wrong, in words. */
  breach: string;
}

export interface Finding extends Law {
  breaches: Breach[];
}

/** Laws that are checked together because they read the same rows. */
export interface LawSet {
  laws: readonly Law[];
  /** @returns one finding per law, in the order of `laws` */
  check: (world: World) => Promise<Finding[]>;
}

/** A law as one query, which selects `id` and `breach` for each row that breaks it. */
export interface SqlLaw extends Omit<Law, 'place'> {
  breaches: string;
}

interface SqlLaws extends LawSet {
  /** Checks them within a connection or transaction. */
  checkOn: (db: Knex) => Promise<Finding[]>;
}

/** Laws within one domain's database, each one query. */
export function sqlLaws(place: Domain, laws: readonly SqlLaw[]): SqlLaws {
  const checkOn = async (db: Knex) => {
    const found: Finding[] = [];
    for (const { id, holds, rule, breaches } of laws) {
      const { rows } = await db.raw<{ rows: Breach[] }>(breaches);
      found.push({ id, holds, rule, place, breaches: rows });
    }
    return found;
  };
  return {
    laws: laws.map(({ id, holds, rule }) => ({ id, holds, rule, place })),
    checkOn,
    check: ({ databases }) => checkOn(databases[place]),
  };
}

/** A law that needs more than one query. */
export const lawOf = (law: Law, breaches: (world: World) => Promise<Breach[]>): LawSet => ({
  laws: [law],
  check: async (world) => [{ ...law, breaches: await breaches(world) }],
});

/** "booking-paid: booking bkg_… is BOOKED over 10000, and 0 is kept", for each breach. */
export const inWords = (found: readonly Finding[]): string[] =>
  found.flatMap(({ id, breaches }) => breaches.map(({ breach }) => `${id}: ${breach}`));
