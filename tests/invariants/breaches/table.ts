import type { Change } from '../change';

/** By the id of the law, then by what is wrong: the change, and how the law names what breaks it. */
export type Breaches = Readonly<
  Record<string, Readonly<Record<string, readonly [names: string, change: Change]>>>
>;
