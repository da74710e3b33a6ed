import { z } from 'zod';
import { says } from './validation-words';

/** What a thing's ETag says: its version, whatever else is shown with it. */
export const etagOf = (version: number) => `"${version}"`;

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const TAGS = String.raw`^(?:\*|[ \t,]*${TAG}(?:[ \t]*,(?:[ \t]*${TAG})?)*[ \t]*)$`;
const LONGEST = 1_000;

/** If-Match (RFC 9110, 13.1.1; elements of a list may be empty, 5.6.1): the versions that are meant; undefined for any. */
export const IfMatch = z
  .string()
  .max(LONGEST)
  .regex(new RegExp(TAGS), says('entity tags'))
  .transform(versionsIn)
  .optional()
  .meta({
    type: 'string',
    maxLength: LONGEST,
    pattern: TAGS,
    description: 'The ETag of what you have read: 412 when it is another by now',
  });

/** A weak tag, and one that is none of ours, is of no version. */
function versionsIn(header: string): number[] | undefined {
  if (header === '*') return undefined;
  return [...header.matchAll(/(?<!W\/)"([1-9]\d{0,8})"/g)].map(([, version]) => Number(version));
}
