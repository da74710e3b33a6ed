import { z } from 'zod';

type Bound = 'minimum' | 'maximum' | `${'min' | 'max'}${'Length' | 'Items' | 'Properties'}`;

/** JSON Schema, its references resolved. */
export interface Schema extends Partial<Record<Bound, number>> {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  uniqueItems?: boolean;
  oneOf?: Schema[];
  enum?: unknown[];
  pattern?: string;
  format?: string;
  example?: unknown;
}

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  schema: Schema;
}

/** One operation of the served /openapi.json. */
export interface Operation {
  /** "POST /v1/bookings/{id}/cancel" */
  name: string;
  method: string;
  path: string;
  /** Read: none is needed, but one that is sent must be good. */
  token: 'needed' | 'read' | 'ignored';
  /** Undefined where any role, or none, will do. */
  roles: string[] | undefined;
  parameters: Parameter[];
  body: Schema | undefined;
  responses: Record<string, { content?: Record<string, { schema?: any }> }>;
}

export async function operationsOf(url: string): Promise<Operation[]> {
  const document: any = await (await fetch(`${url}/openapi.json`)).json();
  return Object.entries<any>(resolved(document.paths, document)).flatMap(([path, methods]) =>
    Object.entries<any>(methods).map(
      ([method, { security, parameters = [], requestBody, ...operation }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        token:
          security.length === 0
            ? 'ignored'
            : security.every((way: object) => 'bearer' in way)
              ? 'needed'
              : 'read',
        roles: operation['x-roles'],
        parameters,
        body: requestBody?.content['application/json'].schema,
        responses: operation.responses,
      }),
    ),
  );
}

function resolved(value: any, document: any): any {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolved(item, document));
  if (typeof value.$ref !== 'string')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, document)]));
  const [, ...keys] = (value.$ref as string).split('/');
  const target = keys.reduce((at, key) => at[key], document);
  if (target === undefined) throw new Error(`${value.$ref} leads nowhere`);
  return resolved(target, document);
}

export interface Answer {
  status: number;
  mediaType: string;
  body: any;
}

const validators = new Map<object, z.ZodType>();

/** What of an answer the document does not list: its status, media type, shape or code. */
export function undocumented(
  { responses }: Operation,
  { status, mediaType, body }: Answer,
): string | undefined {
  const response = responses[status];
  if (!response) return `no ${status} is documented`;
  if (!response.content) return body === undefined ? undefined : 'no body is documented';
  const content = response.content[mediaType];
  if (!content) return `no ${mediaType} is documented`;
  // Streams are not read, and texts have no schema.
  if (!content.schema || mediaType === 'text/event-stream') return undefined;
  const validator = validators.get(content.schema) ?? z.fromJSONSchema(content.schema);
  validators.set(content.schema, validator);
  const { error } = validator.safeParse(body);
  return error && z.prettifyError(error);
}

/** "bkg", where the schema is that of a booking's id. */
export const prefixOf = ({ pattern = '' }: Schema) => /^\^([a-z]{3})_\[0-7\]/.exec(pattern)?.[1];

/** A value that the schema allows, with what it requires alone. An id is of nothing. */
export function validFor(schema: Schema): any {
  const { type, example, oneOf, minItems, items = {}, minimum = 0, minLength = 1 } = schema;
  if (example !== undefined) return example;
  if (schema.enum) return schema.enum[0];
  if (type === undefined && oneOf?.[0]) return validFor(oneOf[0]);
  if (type === 'object') return validObject(schema);
  if (type === 'array') return Array.from({ length: minItems ?? 0 }, () => validFor(items));
  if (type === 'integer' || type === 'number') return minimum;
  if (type === 'boolean') return true;
  const prefix = prefixOf(schema);
  return prefix === undefined ? 'a'.repeat(minLength) : `${prefix}_01h455vb4pex5vsknk084sn02q`;
}

/** @param naming of alternatives it is to be the one that requires this */
export function validObject(schema: Schema, naming = ''): Record<string, unknown> {
  const { properties = {}, required = [], minProperties = 0, oneOf = [] } = schema;
  const alternative = oneOf.find((one) => one.required?.includes(naming)) ?? oneOf[0];
  const some = Object.keys(properties).slice(0, minProperties);
  const names = [...required, ...(alternative?.required ?? []), ...some];
  return Object.fromEntries(names.map((name) => [name, validFor(properties[name] ?? {})]));
}
