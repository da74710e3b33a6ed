import { parse } from 'node:querystring';
import type { z } from 'zod';
import type { Locale } from './problem-row';
import { Problem, type InputError } from './problems';
import { says, wordsOf } from './validation-words';

type Part = 'path' | 'query' | 'header' | 'body';

const IN_WORDS = {
  ko: (issue: z.core.$ZodRawIssue) => wordsOf(issue, 'ko'),
  en: (issue: z.core.$ZodRawIssue) => wordsOf(issue, 'en'),
};

/**
 * The input as its schema types it.
 * @throws Problem invalid-request that names each wrong field; not-found when it is part of the path
 */
export function validated<S extends z.ZodType>(
  part: Part,
  schema: S,
  input: unknown,
  locale: Locale,
): z.output<S> {
  const result = schema.safeParse(input, { error: IN_WORDS[locale] });
  const errors = result.success
    ? nuls(part, result.data).map((path) => ({ path, message: says('NUL') }))
    : result.error.issues.flatMap((issue) => errorsOf(part, issue));
  if (result.success && errors.length === 0) return result.data;
  throw part === 'path' ? new Problem('not-found') : new Problem('invalid-request', {}, errors.slice(0, 20));
}

/** The query of a request. @throws Problem invalid-request for one that is no percent-encoding: parsing would correct it silently */
export function queryOf(text: string): Record<string, unknown> {
  try {
    decodeURIComponent(text);
  } catch {
    throw new Problem('invalid-request', {}, [{ path: 'query', message: says('percent-encoding') }]);
  }
  return parse(text, '&', '=', { maxKeys: 0 });
}

function errorsOf(part: Part, issue: z.core.$ZodIssue): InputError[] {
  const at = [part, ...issue.path].map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path: at.join('.'), message: issue.message }];
  return issue.keys.map((key) => ({
    path: [...at, key].join('.').slice(0, 200),
    message: says('unknown field'),
  }));
}

/** Paths of texts with a NUL character: JSON may hold one, PostgreSQL's text may not. */
function nuls(path: string, value: unknown): string[] {
  if (typeof value === 'string') return value.includes('\0') ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => nuls(`${path}.${key}`, inner));
}
