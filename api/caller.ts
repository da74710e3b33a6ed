import type { Locale } from './problem-row';
import { Problem } from './problems';

export const ROLES = ['customer', 'host', 'courier', 'manager', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls, by their token's claims sub, roles and locale. */
export interface Caller {
  user: string;
  roles: Role[];
  locale: Locale;
  /** When the token is accepted no longer (milliseconds since 1970). */
  until: number;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the way in which Express types res.locals
  namespace Express {
    interface Locals {
      requestId: string;
      caller?: Caller;
      /** The pattern of the route that serves the request, such as "/v1/bookings/{id}". */
      route?: string;
      /** The answer goes on until someone ends it: how long it took says nothing. */
      streams?: boolean;
    }
  }
}

export const isAdmin = ({ roles }: Caller) => roles.includes('admin');

/** @throws Problem not-found unless it is the caller's own: another customer's does not exist, but for an admin */
export function visible<Row extends { customer: string }>(row: Row | undefined, caller: Caller): Row {
  if (row && (row.customer === caller.user || isAdmin(caller))) return row;
  throw new Problem('not-found');
}
