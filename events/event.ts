/** What has happened to one thing, as it is told to whoever wants to know. */
export interface Event {
  /** Source and position, such as "movie/17": the same for every reader. */
  id: string;
  /** A name of the catalogue, such as "movie.booked". */
  type: string;
  /** Id of the thing that it happened to. Events of one subject come in their order. */
  subject: string;
  /** Whom it concerns; null where it is nobody's in particular. */
  customer: string | null;
  /** As the catalogue says for the type. */
  data: Record<string, unknown>;
  at: Date;
}

/**
 * A place in an outbox: its events are in the order of their transactions, then of their making. Transactions are
 * counted on where the data move to another PostgreSQL cluster (migrations/era.sql).
 */
export interface Place {
  xid: string;
  position: number;
}

/** A place in the outbox of that name. */
export interface SourcePlace extends Place {
  source: string;
}

/** Before the first event. */
export const BEGINNING: Place = { xid: '0', position: 0 };

export interface Told extends Event {
  place: Place;
}

/** Transaction numbers are 64 bits wide and come as text. */
export const isAfter = (one: Place, other: Place): boolean => {
  const [a, b] = [BigInt(one.xid), BigInt(other.xid)];
  return a === b ? one.position > other.position : a > b;
};
