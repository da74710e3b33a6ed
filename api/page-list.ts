import { z } from 'zod';
import type { Caller } from './caller';

/** One of the lists on the customer's page: the newest rows of a view. */
export interface PageList {
  view: string;
  schema: z.ZodType;
  /** A row of the view's `page`, as callers see it. */
  show: (row: unknown, caller: Caller) => unknown;
}

/** @param view its name @param schema of what `show` makes of a row */
export const pageList = <Row, Shown extends z.ZodType>(
  view: string,
  schema: Shown,
  show: (row: Row, caller: Caller) => z.output<Shown>,
): PageList => ({ view, schema: z.array(schema), show: (row, caller) => show(row as Row, caller) });
