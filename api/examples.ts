import type { Role } from './caller';

/** Who tries Haru out, by role; undefined in production, where a customer's things are nobody else's business. */
export type People = Readonly<Record<Role, string>>;

/**
 * What of the city an example can name, such that it succeeds: a value by its name, an id by its prefix. An id that one
 * operation alone can use is named by both: "scr deleteScreening".
 */
export type Offered = Readonly<Record<string, string | undefined>>;

/** Gives what is offered under a name; where there is nothing of the kind, something of the same shape. */
export type Offer = (name: string) => string;

/** The body of an example. */
export type BodyExample = (offer: Offer) => unknown;

/** A card that the provider's simulator charges. */
export const CARD = { method: 'card' as const, token: 'tok_ok' };

/** What stands for an id where there is no such thing: well-formed, and of nothing. */
export const NOTHING = '01h455vb4pex5vsknk084sn02q';

/** Values that are no ids, where nobody says better ones. */
const OTHERWISE: Offered = {
  seat: '1A',
  hall: '특별관',
  startsAt: '2099-01-31T09:00:00.000Z',
  endsAt: '2099-01-31T11:00:00.000Z',
  newManager: 'manager-2',
};

/** @param operation whose example it is: what is named for it alone counts, be there none or not */
export const offerFrom =
  (offered: Offered, operation: string): Offer =>
  (name) => {
    const own = `${name} ${operation}`;
    return (own in offered ? offered[own] : offered[name]) ?? OTHERWISE[name] ?? `${name}_${NOTHING}`;
  };
