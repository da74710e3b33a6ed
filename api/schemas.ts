import { z } from 'zod';

/** Whole KRW. Bounded so that sums of them stay exact in JavaScript and in a bigint. */
export const Money = z.int().min(0).max(1_000_000_000_000).meta({ description: 'Whole KRW' });

/** RFC 3339, UTC: "2025-01-31T09:00:00Z". */
export const Instant = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/**
 * A TypeID with this prefix, for paths and answers: a malformed one in a path is a 404.
 * Ids in a body are plain text (`IdInBody`), so that a malformed one is as unknown as a missing one.
 */
export const typeId = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .meta({ description: `TypeID, ${prefix}_…` });

export const IdInBody = z.string().min(1).max(100);

// JSON Schema's patterns are Unicode ones and have no flags, so a document writes them in its own way; and there, as
// texts are trimmed before they are checked, one that must not be empty has something visible.
const LINE = String.raw`[^\p{Cc}\p{Cs}]`;
const PROSE = String.raw`(?:[^\p{Cc}\p{Cs}]|[\n\t])`;

/** One line of text: trimmed, without control characters or letters in parts. */
export const Line = (most: number) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(1)
    .max(most)
    .regex(new RegExp(`^${LINE}*$`, 'u'), 'must not contain control characters')
    .meta({ pattern: String.raw`^${LINE}*\S${LINE}*$` });

/** Text of several lines: trimmed, without other control characters, tags, or letters in parts. */
export const Prose = ({ least = 0, most }: { least?: 0 | 1; most: number }) =>
  noTags(
    z
      .string()
      .overwrite((text) => text.replace(/\r\n?/g, '\n'))
      .trim()
      .normalize('NFC')
      .min(least)
      .max(most)
      .regex(new RegExp(`^${PROSE}*$`, 'u'), 'must not contain control characters')
      .meta({ pattern: least === 0 ? `^${PROSE}*$` : String.raw`^${PROSE}*\S${PROSE}*$` }),
  );

/** What browsers might take for HTML is refused, not mended. */
export const noTags = (text: z.ZodString) =>
  text.refine((value) => !/<[a-z/!?]/i.test(value), 'must not contain HTML');

/** The query of every list; give it more fields by `Page.extend({ … })`. */
export const Page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(500).optional().meta({ description: 'The nextCursor of the page before' }),
});

export const listOf = <View extends z.ZodType>(view: View) =>
  z.strictObject({ data: z.array(view), nextCursor: z.string().nullable() });

/** A page of rows that were read one further than `limit`, to see whether there are more. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (last: Row) => string) {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { page, nextCursor: last === undefined ? null : cursorOf(last) };
}
