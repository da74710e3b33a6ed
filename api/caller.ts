import type { Locale } from './problem-row';

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
