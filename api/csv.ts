import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { z } from 'zod';

/**
 * Things as a table: a column for each property, those of an object by their path ("payment.status"), a list in one cell.
 * Spreadsheets read it as UTF-8, and run no text as a formula.
 * @param view the shape of a thing
 */
export function csvOf(view: z.ZodObject, things: () => AsyncIterable<Record<string, unknown>>): Readable {
  const columns = pathsOf(view).map((path) => ({ key: path.join('.'), path }));
  const rows = async function* () {
    for await (const thing of things())
      yield Object.fromEntries(columns.map(({ key, path }) => [key, cellOf(at(thing, path))]));
  };
  return Readable.from(rows()).pipe(
    stringify({
      header: true,
      bom: true,
      escape_formulas: true,
      columns: columns.map(({ key }) => ({ key })),
    }),
  );
}

function pathsOf({ shape }: z.ZodObject): string[][] {
  return Object.entries(shape as Record<string, z.core.$ZodType>).flatMap(([name, schema]) => {
    const inner = unwrapped(schema);
    return inner instanceof z.ZodObject ? pathsOf(inner).map((path) => [name, ...path]) : [[name]];
  });
}

/** Of what may be missing or null, what it is else. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType };
  return innerType ? unwrapped(innerType) : schema;
}

const at = (thing: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], thing);

function cellOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.every((one) => typeof one === 'string') ? value.join(' ') : JSON.stringify(value);
}
