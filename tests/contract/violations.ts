import { type Operation, prefixOf, type Schema, validFor, validObject } from './document';
import { JSON_BODY, requestOf, type Sent } from './requests';

/** Something that a schema does not allow. */
interface Violation<Value = unknown> {
  kind: string;
  /** What the answer is to name: "body.seats.0". */
  path: string;
  value: Value;
}

export interface BadRequest extends Sent {
  kind: string;
  status: number;
  /** What the answer is to name, where it names something. */
  path?: string;
}

const OF_TYPE = { string: 'x', integer: 7, boolean: true, array: [], object: {}, null: null };
/** Nothing of it is seen. */
const BLANKS = [' \t\u3000\n ', '\u200b', '\u2060\u00ad', '\u3164\u2800\u115f'];
/** Each breaks some pattern, or none. */
const TEXTS = ['nonsense', '한글', '-1.5', '9'.repeat(16), 'a\u0007b', 'a\nb', ...BLANKS];
/** Nearly of a format. */
const NEARLY: Record<string, string[]> = {
  email: ['minji', 'minji@example.com\r\nBcc: all@example.com', 'a@example.com,b@example.com'],
  uri: [
    'nonsense',
    '//example.com',
    'ftp://example.com',
    'javascript:alert(1)',
    'https://me:secret@example.com',
  ],
  'date-time': ['1999-02-30T09:00:00Z', '2099-01-31', '2099-01-31T09:00:00', '2099-01-31T09:00:00+09:00'],
};
const UNKNOWN = ['surprise', '__proto__'];
const NO_JSON = ['{"surprise":', 'surprise=1', '"text"', '{}}', '\0'];
const OTHER_MEDIA = ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin9'];
const LARGEST_BODY = 100 * 1_024;

/** Every bad request that the document of an operation gives away, each bad in one respect. */
export function badRequestsOf(operation: Operation): BadRequest[] {
  const { method, path: pattern, parameters } = operation;
  const valid = requestOf(operation);
  const { url, headers } = valid;
  const bad: BadRequest[] = [];
  const add = (request: Partial<BadRequest>) =>
    bad.push({ ...valid, status: 400, kind: 'no JSON', ...request });

  for (const { in: part, name, schema } of parameters) {
    const at = (id: string) => pattern.replace(`{${name}}`, id);
    if (part === 'path') {
      // A customer's name may be anything.
      for (const id of prefixOf(schema) ? malformedIds(schema) : [])
        add({ kind: 'malformed id', status: 404, url: at(id) });
      add({ kind: 'percent-encoding', path: 'path', url: at('%E0%A4') });
    } else if (part === 'query') {
      for (const { kind, path, value } of inQuery(name, schema)) {
        // What is said of a thing that is not there is not there either.
        if (kind !== 'unknown cursor' || !pattern.includes('{')) add({ kind, path, url: `${url}?${value}` });
      }
    } else
      for (const { kind, path, value } of inHeader(name, schema))
        add({ kind, path, headers: { ...headers, [name]: value } });
  }
  for (const name of UNKNOWN)
    add({ kind: 'unknown parameter', path: `query.${name}`, url: `${url}?${name}=1` });
  add({ kind: 'percent-encoding', path: 'query', url: `${url}?%E0%A4` });
  if (method === 'GET' || method === 'DELETE') return bad;

  for (const { kind, path, value } of violationsOf(operation.body ?? { type: 'object' }, 'body'))
    add({ kind, path, headers: JSON_BODY, body: JSON.stringify(value) });
  for (const body of NO_JSON) add({ path: 'body', headers: JSON_BODY, body });
  add({ path: 'body', headers: { ...JSON_BODY, 'content-encoding': 'gzip' }, body: '{}' });
  if (operation.body) add({ path: 'body', headers: {}, body: undefined });
  for (const type of OTHER_MEDIA)
    add({ kind: 'media type', status: 415, headers: { 'content-type': type }, body: '{}' });
  add({
    kind: 'media type',
    status: 415,
    headers: { ...JSON_BODY, 'content-encoding': 'rot13' },
    body: '{}',
  });
  const large = `{"surprise":"${'a'.repeat(LARGEST_BODY - 14)}"}`;
  add({ kind: 'over 100 kB', status: 413, headers: JSON_BODY, body: large });
  // Alternatives of one schema share some.
  return [...new Map(bad.map((request) => [JSON.stringify({ ...request, kind: '' }), request])).values()];
}

function malformedIds(schema: Schema): string[] {
  const id: string = validFor(schema);
  return [
    'nonsense',
    `${id}0`,
    id.toUpperCase(),
    `xxx${id.slice(3)}`,
    id.replace('_0', '_8'),
    '%27%20or',
    '%00',
  ];
}

function* inQuery(name: string, schema: Schema): Generator<Violation<string>> {
  const path = `query.${name}`;
  yield { kind: 'given twice', path, value: `${name}=1&${name}=2` };
  const wrong = [...(schema.type === 'integer' ? ofNumeral(schema, path) : ofString(schema, path))];
  if (name === 'cursor') {
    wrong.push({ kind: 'malformed cursor', path, value: 'nonsense' });
    if (prefixOf(schema) !== undefined) wrong.push({ kind: 'unknown cursor', path, value: validFor(schema) });
  }
  for (const { kind, value } of wrong)
    yield { kind, path, value: `${name}=${encodeURIComponent(String(value))}` };
}

function* inHeader(name: string, schema: Schema): Generator<Violation<string>> {
  const { minLength = 0, maxLength, pattern = '' } = schema;
  const path = `header.${name}`;
  if (minLength > 0) yield { kind: 'too short', path, value: '' };
  if (maxLength !== undefined) yield { kind: 'too long', path, value: 'k'.repeat(maxLength + 1) };
  for (const value of ['non sense', 'clé'])
    if (!new RegExp(pattern, 'u').test(value)) yield { kind: 'pattern', path, value };
}

/** Every way in which JSON can break a schema, one at a time. */
function* violationsOf(schema: Schema, path: string): Generator<Violation> {
  const types = [schema.type].flat();
  if (schema.type === undefined) {
    for (const alternative of schema.oneOf ?? []) yield* violationsOf(alternative, path);
    return;
  }
  for (const [type, value] of Object.entries(OF_TYPE))
    if (!types.includes(type) && !(type === 'integer' && types.includes('number')))
      yield { kind: type === 'null' ? 'null' : 'wrong type', path, value };
  if (types.includes('object')) yield* ofObject(schema, path);
  if (types.includes('array')) yield* ofArray(schema, path);
  if (types.includes('integer')) yield* ofInteger(schema, path);
  if (types.includes('number')) yield* ofNumber(schema, path);
  if (types.includes('string')) yield* ofString(schema, path);
}

function* ofObject(schema: Schema, path: string): Generator<Violation> {
  const { properties = {}, required = [], minProperties = 0 } = schema;
  for (const [name, inner] of Object.entries(properties)) {
    const valid = validObject(schema, name);
    const { [name]: _, ...rest } = valid;
    if (required.includes(name)) yield { kind: 'missing', path: `${path}.${name}`, value: rest };
    for (const wrong of violationsOf(inner, `${path}.${name}`))
      yield { ...wrong, value: { ...valid, [name]: wrong.value } };
  }
  for (const name of UNKNOWN)
    yield {
      kind: 'unknown field',
      path: `${path}.${name}`,
      value: { ...validObject(schema), ...JSON.parse(`{"${name}":1}`) },
    };
  if (minProperties > 0) yield { kind: 'too few', path, value: {} };
}

function* ofArray(schema: Schema, path: string): Generator<Violation> {
  const { items = {}, minItems = 0, maxItems, uniqueItems } = schema;
  const item = validFor(items);
  const many = (length: number) => Array.from({ length }, (_, i) => (uniqueItems ? `${item}${i}` : item));
  if (minItems > 0) yield { kind: 'too few', path, value: many(minItems - 1) };
  if (maxItems !== undefined) yield { kind: 'too many', path, value: many(maxItems + 1) };
  if (uniqueItems) yield { kind: 'given twice', path, value: [item, item] };
  for (const wrong of violationsOf(items, `${path}.0`)) yield { ...wrong, value: [wrong.value] };
}

function* ofInteger(schema: Schema, path: string): Generator<Violation> {
  yield { kind: 'fraction', path, value: (schema.minimum ?? 0) + 0.5 };
  yield* ofNumber(schema, path);
}

function* ofNumber({ minimum, maximum }: Schema, path: string): Generator<Violation> {
  if (minimum !== undefined) yield { kind: 'too small', path, value: minimum - 1 };
  if (maximum !== undefined) yield { kind: 'too large', path, value: maximum + 1 };
}

function* ofNumeral(schema: Schema, path: string): Generator<Violation> {
  for (const value of ['ten', '', ' ', ' 5', '+5', '5.0', '5e0', '0x5', '05'])
    yield { kind: 'wrong type', path, value };
  yield* ofInteger(schema, path);
}

function* ofString(schema: Schema, path: string): Generator<Violation> {
  const { minLength = 0, maxLength, pattern, format = '' } = schema;
  if (schema.enum) {
    yield { kind: 'none of these', path, value: 'nonsense' };
    return;
  }
  if (minLength > 0) yield { kind: 'too short', path, value: '' };
  if (maxLength !== undefined) yield { kind: 'too long', path, value: 'a'.repeat(maxLength + 1) };
  if (!format) yield { kind: 'NUL', path, value: '\0' };
  const allowed = new RegExp(pattern ?? (format ? '(?!)' : ''), 'u');
  for (const value of NEARLY[format] ?? TEXTS)
    if (!allowed.test(value)) yield { kind: BLANKS.includes(value) ? 'invisible' : 'pattern', path, value };
}
