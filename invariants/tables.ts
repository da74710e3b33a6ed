import type { Domain } from '../config';
import { tableOf } from '../manifests/all';

/** Where the things are that customers and staff make: prefix of their id → domain and table. */
export const TABLES: Readonly<Record<string, readonly [domain: Domain, table: string]>> = Object.fromEntries(
  Object.entries(tableOf('tables')).map(([prefix, table]) => [
    prefix,
    [table.split('.', 1)[0] as Domain, table],
  ]),
);

/** @returns undefined for what is no such thing */
export function prefixOf(id: string): string | undefined {
  const prefix = id.split('_', 1)[0] ?? '';
  return prefix in TABLES ? prefix : undefined;
}
