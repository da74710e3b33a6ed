import { z } from 'zod';
import { Problem } from './problems';
import { says } from './validation-words';

/** Whole KRW. Bounded so that sums of them stay exact in JavaScript and in a bigint. */
export const Money = z.int().min(0).max(1_000_000_000_000).meta({ description: 'Whole KRW' });

/** RFC 3339, UTC: "2025-01-31T09:00:00Z". */
export const Instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/**
 * A TypeID with this prefix, for paths and answers: a malformed one in a path is a 404.
 * Ids in a body are plain text (`IdInBody`), so that a malformed one is as unknown as a missing one.
 */
export const typeId = (prefix: string, otherwise = says('id')) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), otherwise)
    .meta({ description: `TypeID, ${prefix}_…` });

export const IdInBody = z.string().min(1).max(100);

// JSON Schema's patterns are Unicode ones and have no flags.
const LINE = String.raw`[^\p{Cc}\p{Cs}]`;
const PROSE = String.raw`(?:[^\p{Cc}\p{Cs}]|[\n\r\t])`;
/** Shows as something: no space, no format character, no Hangul or Braille filler. */
const VISIBLE = String.raw`[^\p{Cc}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]`;

/** Kept as it came; measured in composed characters. What shows as nothing is empty. */
function text(letter: string, least: 0 | 1, most: number): z.ZodString {
  const allowed = new RegExp(`^${letter}*$`, 'u');
  const visible = new RegExp(VISIBLE, 'u');
  return z
    .string()
    .check(({ value, issues }) => {
      const size = { origin: 'string', input: value, inclusive: true } as const;
      if (value.length > most && Array.from(value.normalize('NFC')).length > most)
        issues.push({ ...size, code: 'too_big', maximum: most });
      else if (least > 0 && !visible.test(value)) issues.push({ ...size, code: 'too_small', minimum: least });
      else if (!allowed.test(value))
        issues.push({ code: 'custom', input: value, message: says('control characters') });
    })
    .meta({
      ...(least > 0 && { minLength: least }),
      maxLength: most,
      pattern: least === 0 ? `^${letter}*$` : `^${letter}*${VISIBLE}${letter}*$`,
    });
}

/** One line of text. */
export const Line = (most: number) => text(LINE, 1, most);

/** Text of several lines. */
export const Prose = ({ least = 0, most }: { least?: 0 | 1; most: number }) => text(PROSE, least, most);

/** What a thing is called. */
export const Title = Line(120);
/** Where something stands, or is brought. */
export const Place = Line(200);
/** Why somebody did something, or what they noticed. */
export const Note = Line(500);
/** Why an admin does what its customer might: for the log, and for the customer to read. */
export const ReasonOfAdmin = Note.optional().meta({ description: 'Of an admin: its customer reads it' });
/** Whom a token names. */
export const User = Line(128).meta({ example: 'minji' });
/** Of one seat, one dish. */
export const Price = Money.min(1).max(10_000_000);

/** Of a battery. */
export const Percent = z.int().min(0).max(100).meta({ description: 'Percent' });
export const FULL = 100;

/** A whole number in a query: its digits, and nothing else. */
export const Numeral = (least: number, most: number) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,14})$/, says('digits'))
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .meta({ type: 'integer', minimum: least, maximum: most });

/** The query of every list; give it more fields by `Page.extend({ … })`. */
export const Page = z.strictObject({
  limit: Numeral(1, 100).default(20),
  cursor: z.string().min(1).max(500).optional().meta({ description: 'The nextCursor of the page before' }),
});

/** The cursor of a list that goes on after the thing with that id. */
export const cursorOf = (prefix: string) => typeId(prefix, says('cursor')).optional();

/** A cursor that no page of the list has given. */
export const unknownCursor = () =>
  new Problem('invalid-request', {}, [{ path: 'query.cursor', message: says('cursor') }]);

export const listOf = <View extends z.ZodType>(view: View) =>
  z.strictObject({ data: z.array(view), nextCursor: z.string().nullable() });

/**
 * A page of rows that were read one further than `limit`, to see whether there are more.
 * @throws Problem invalid-request where there are no rows to be had: the cursor is none of the list's
 */
export function pageOf<Row>(
  rows: readonly Row[] | undefined,
  limit: number,
  cursorOf: (last: Row) => string,
) {
  if (rows === undefined) throw unknownCursor();
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { page, nextCursor: last === undefined ? null : cursorOf(last) };
}
