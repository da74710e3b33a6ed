import { z } from 'zod';
import type { Locale } from './problem-row';
import { Problem, type InputError } from './problems';

type Part = 'path' | 'query' | 'header' | 'body';

const words = { ko: z.locales.ko().localeError, en: z.locales.en().localeError };
const unknownField = { ko: '알 수 없는 항목입니다', en: 'Unknown field' };
const nulText = { ko: 'NUL 문자는 쓸 수 없습니다', en: 'Must not contain the NUL character' };

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
  const result = schema.safeParse(input, { error: words[locale] });
  const errors = result.success
    ? nuls(part, result.data).map((path) => ({ path, message: nulText[locale] }))
    : result.error.issues.flatMap((issue) => errorsOf(part, issue, locale));
  if (result.success && errors.length === 0) return result.data;
  throw part === 'path' ? new Problem('not-found') : new Problem('invalid-request', {}, errors.slice(0, 20));
}

function errorsOf(part: Part, issue: z.core.$ZodIssue, locale: Locale): InputError[] {
  const at = [part, ...issue.path].map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path: at.join('.'), message: issue.message }];
  return issue.keys.map((key) => ({
    path: [...at, key].join('.').slice(0, 200),
    message: unknownField[locale],
  }));
}

/** Paths of texts with a NUL character: JSON may hold one, PostgreSQL's text may not. */
function nuls(path: string, value: unknown): string[] {
  if (typeof value === 'string') return value.includes('\0') ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => nuls(`${path}.${key}`, inner));
}
