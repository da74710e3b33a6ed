import { STATUS_CODES } from 'node:http';
import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import type { Role } from './caller';
import type { BodyExample } from './examples';
import { IdempotencyKey } from './idempotency';
import { operationId } from './operation-id';
import { codeOf, problemRow, type ProblemCode } from './problems';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** any = no token is needed, though one that is sent is checked. */
export type Who = 'any' | 'signed-in' | Role[];
/** Status → schema of the body; null where there is none (204). */
export type Answers = Record<number, z.ZodType | null>;
/** z.strictObject: an unknown field is refused. */
export type Strict = z.ZodObject<z.core.$ZodLooseShape, z.core.$strict>;

/** What a route is declared by. */
export interface Endpoint<
  M extends Method = Method,
  W extends Who = Who,
  P extends Strict = Strict,
  Q extends Strict = Strict,
  B extends z.ZodType = z.ZodType,
  A extends Answers = Answers,
  H extends Strict = Strict,
> {
  method: M;
  /** As in OpenAPI: "/v1/bookings/{id}/cancel". */
  path: string;
  summary: string;
  tag: string;
  who: W;
  /** A parameter that does not fit is a 404, not a 400. */
  params?: P;
  query?: Q;
  /** Those that are this endpoint's own, such as "If-Match". */
  headers?: H;
  /** Made of strict objects all the way down. */
  body?: B;
  /** A body that succeeds as it stands, made when the document is served. */
  example?: BodyExample;
  answers: A;
  /** Those that are this endpoint's own; the ones that any endpoint has are documented by themselves. */
  problems?: readonly ProblemCode[];
  /** TypeID prefix of the thing that this POST makes, such as "bkg". */
  makes?: string;
  /** Its answers hold a secret, and are not stored: asked again, the handler gives the same one. */
  hasSecret?: boolean;
  /** Seconds for which anyone may keep its answers. */
  keptFor?: number;
  /** Answers bear the ETag of what they show. */
  etag?: boolean;
  /** By `Accept: text/csv` it answers with a table: set by `endpoint`. */
  hasTable?: boolean;
}

/** Whether it runs under an Idempotency-Key. */
export const isKeyed = ({ method, who }: Pick<Endpoint, 'method' | 'who'>): boolean =>
  method === 'post' && who !== 'any';

/** Its own headers, and those that every endpoint of its kind takes. */
export function headersOf(spec: Pick<Endpoint, 'method' | 'who' | 'headers'>): Endpoint['headers'] {
  if (!isKeyed(spec)) return spec.headers;
  return spec.headers ? spec.headers.extend(IdempotencyKey.shape) : IdempotencyKey;
}

type Response = RouteConfig['responses'][string];
const text = { type: 'string' as const };
const textHeader = { schema: text };

/** An endpoint as OpenAPI tells it, with the problems that it shares with every other. */
export function documented(spec: Endpoint): RouteConfig & { operationId: string } {
  const { method, path, summary, tag, who, params, query, body } = spec;
  const headers = headersOf(spec);
  return {
    method,
    path,
    summary,
    operationId: operationId(method, path),
    tags: [tag],
    security: securityOf(spec),
    ...(Array.isArray(who) && { 'x-roles': who }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(headers && { headers }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: { ...answersOf(spec), ...problemsOf(spec) },
  };
}

function securityOf({ who, path }: Endpoint): Record<string, string[]>[] {
  if (who !== 'any') return [{ bearer: [] }];
  return path.startsWith('/v1/') ? [{}, { bearer: [] }] : [];
}

function answersOf(spec: Endpoint): Record<string, Response> {
  const entries = Object.entries(spec.answers).map(([status, schema]): [string, Response] => [
    status,
    {
      description: STATUS_CODES[status] ?? status,
      headers: {
        'X-Request-Id': textHeader,
        ...(status === '201' && { Location: textHeader }),
        ...(status === '202' && { 'Retry-After': { schema: { type: 'integer' as const } } }),
        ...(isKeyed(spec) && { 'Idempotency-Replayed': textHeader }),
        ...(spec.etag && { ETag: textHeader }),
        ...(spec.keptFor !== undefined && { 'Cache-Control': textHeader }),
      },
      ...(schema && {
        content: {
          'application/json': { schema },
          ...(spec.hasTable && { 'text/csv': { schema: text } }),
        },
      }),
    },
  ]);
  return Object.fromEntries(entries);
}

function problemsOf(spec: Endpoint): Record<string, Response> {
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const code of [...sharedProblems(spec), ...(spec.problems ?? [])]) {
    const { status } = problemRow(code);
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [String(status), problemAnswer(status, codes)]),
  );
}

function problemAnswer(status: number, codes: Set<ProblemCode>): Response {
  const ofThese = {
    type: 'object' as const,
    properties: { code: { enum: [...new Set([...codes].map(codeOf))] } },
  };
  return {
    description: [...codes].map((code) => `\`${codeOf(code)}\` ${problemRow(code).title.en}`).join(' · '),
    headers: {
      'X-Request-Id': textHeader,
      ...([429, 503].includes(status) && { 'Retry-After': { schema: { type: 'integer' as const } } }),
    },
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, ofThese] },
        examples: Object.fromEntries(
          [...codes].map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

function sharedProblems(spec: Endpoint): ProblemCode[] {
  const { method, path, who, params } = spec;
  const codes: ProblemCode[] = ['invalid-request', 'internal-error'];
  if (params) codes.push('not-found');
  if (path.startsWith('/v1/')) codes.push('unauthenticated', 'too-many-requests', 'unavailable');
  if (Array.isArray(who)) codes.push('forbidden');
  if (method !== 'get' && method !== 'delete') codes.push('payload-too-large', 'unsupported-media-type');
  if (isKeyed(spec)) codes.push('idempotency-mismatch', 'idempotency-in-flight');
  return codes;
}
