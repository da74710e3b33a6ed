import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response, Router } from 'express';
import { z } from 'zod';
import type { Service } from '../config';
import { downOf } from '../workflows/services';
import { Acts, isAct } from './acts';
import type { Caller } from './caller';
import type { Deps } from './deps';
import { endWith, packerFor } from './encoding';
import type { BodyExample } from './examples';
import { idempotent, type Answer, type IdempotencyKey, type Operation } from './idempotency';
import { readJson } from './middleware/json-body';
import {
  type Answers,
  documented,
  type Endpoint,
  headersOf,
  isKeyed,
  type Method,
  type Strict,
  type Who,
} from './openapi';
import { Problem } from './problems';
import { reached } from './reach';
import { localeOf } from './middleware/locale';
import { validated } from './validation';

export interface Api {
  router: Router;
  registry: OpenAPIRegistry;
  /** How to make the body of an operation's example, by the operation's id. */
  examples: Map<string, BodyExample>;
  deps: Deps;
  /** Whose routes these are, where it has workers. */
  service?: Service;
}

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the schema of "no fields"
type None = z.ZodObject<{}, z.core.$strict>;

export interface Asked<
  M extends Method,
  W extends Who,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  H extends z.ZodType,
> {
  caller: W extends 'any' ? Caller | undefined : Caller;
  params: z.output<P>;
  query: z.output<Q>;
  headers: z.output<H>;
  body: z.output<B>;
  requestId: string;
  /** From where it came. */
  address: string;
  /** The attempt under its Idempotency-Key; every POST of a signed-in caller has one. */
  operation: M extends 'post' ? (W extends 'any' ? undefined : Operation) : undefined;
}

/** One of the declared answers; a 201 says where the new thing is. */
export type Reply<A extends Answers> = {
  [S in keyof A & number]: { status: S } & (A[S] extends z.ZodType<infer Body> ? { body: Body } : unknown) &
    (S extends 201 ? { location: string } : unknown) & { etag?: string };
}[keyof A & number];

/** Of an answer: for how long anyone may keep it. */
const kept = (seconds: number) => `public, max-age=${seconds}`;

/** Seconds after which an act that is under way is worth asking for again. */
const ASK_AGAIN_AFTER_S = 2;

const nothing: None = z.strictObject({});

/**
 * Declares a route: documents it, and serves it with the role checked and the input validated.
 * POSTs of signed-in callers run under their Idempotency-Key.
 * The handler throws a Problem for every answer that is not one of `answers`.
 * @param asTable answers who accepts text/csv instead
 */
export function endpoint<
  const M extends Method,
  const W extends Who,
  A extends Answers,
  P extends Strict = None,
  Q extends Strict = None,
  B extends z.ZodType = None,
  H extends Strict = None,
>(
  { router, registry, examples, deps, service }: Api,
  spec: Endpoint<M, W, P, Q, B, A, H>,
  handle: (asked: Asked<M, W, P, Q, B, H>) => Reply<NoInfer<A>> | Promise<Reply<NoInfer<A>>>,
  asTable?: (asked: Asked<M, W, P, Q, B, H>) => Promise<Readable>,
): void {
  const down = service ? downOf(service) : 'unavailable';
  const problems = [...(spec.problems ?? []), down] as const;
  const told = documented({ ...spec, problems, hasTable: asTable !== undefined });
  registry.registerPath(told);
  if (spec.example) examples.set(told.operationId, spec.example);
  const acts = new Acts(deps.databases.api);
  const takesBody = spec.method !== 'get' && spec.method !== 'delete';
  const schemas = {
    params: spec.params ?? nothing,
    query: spec.query ?? nothing,
    headers: headersOf(spec) ?? nothing,
    body: spec.body ?? nothing,
  };

  const serve: RequestHandler = async (req, res) => {
    const locale = localeOf(req, res);
    const { caller, requestId } = res.locals;
    const address = req.ip ?? '';
    const params = validated('path', schemas.params, req.params, locale);
    const query = validated('query', schemas.query, req.query, locale);
    const headers = validated('header', schemas.headers, named(req, schemas.headers), locale);
    const given: unknown = spec.body ? req.body : (req.body ?? {});
    const body = takesBody ? validated('body', schemas.body, given, locale) : {};

    // The types of what was asked follow from the schemas and from `who`, both checked above.
    const asked = (operation?: Operation) =>
      ({ caller, params, query, headers, body, requestId, address, operation }) as Asked<M, W, P, Q, B, H>;
    const answered = async (operation?: Operation) => handle(asked(operation));
    const run = async (operation?: Operation): Promise<Answer> =>
      reached(
        down,
        isAct(spec, caller)
          ? acts.noted({ spec, caller, requestId, params, body: body as object }, () => answered(operation))
          : answered(operation),
      );

    if (asTable && req.accepts('application/json', 'text/csv') === 'text/csv') {
      const table = await reached(down, asTable(asked()));
      // Whoever hangs up, or a database that goes away, ends it in the middle.
      const packer = packerFor(res.type('text/csv'));
      await (packer ? pipeline(table, packer, res) : pipeline(table, res)).catch(() => undefined);
      return;
    }
    if (!isKeyed(spec) || caller === undefined) {
      const answer = await run();
      if (spec.keptFor !== undefined) res.setHeader('Cache-Control', kept(spec.keptFor));
      await send(res, answer);
      return;
    }
    const key = (headers as z.output<typeof IdempotencyKey>)['Idempotency-Key'];
    const { makes, hasSecret } = spec;
    const callerLeft = () => res.destroyed;
    const attempt = { user: caller.user, path: req.path, key, body, makes, callerLeft, hasSecret };
    await send(res, await idempotent(deps.idempotency, attempt, run));
  };

  const path = spec.path.replace(/\{(\w+)\}/g, ':$1');
  router[spec.method](path, admit(spec), ...(takesBody ? [readJson] : []), serve);
}

/** Declares an open GET that takes no input and answers with a text, which no schema describes. */
export function textRoute(
  { router, registry }: Api,
  path: string,
  summary: string,
  contentType: string,
  textOf: () => string | Promise<string>,
): void {
  const spec = {
    method: 'get',
    path,
    summary,
    tag: 'Operations',
    who: 'any',
    answers: { 200: null },
  } as const;
  const route = documented({ ...spec, problems: ['too-many-requests'] });
  const [mediaType = contentType] = contentType.split(';');
  const ok = { ...route.responses[200], description: summary, content: { [mediaType]: {} } };
  registry.registerPath({ ...route, responses: { ...route.responses, 200: ok } });
  router.get(path, admit(spec), async (req, res) => {
    validated('query', nothing, req.query, localeOf(req, res));
    res.setHeader('Content-Type', contentType);
    await endWith(res, await textOf());
  });
}

/** The request's headers that the schema names, as it writes them. */
const named = (req: Request, { shape }: Strict) =>
  Object.fromEntries(Object.keys(shape).map((name) => [name, req.get(name)]));

/** Refuses callers without a token or role before their body is read. */
export function admit({ path, who }: Pick<Endpoint, 'path' | 'who'>): RequestHandler {
  return (_req, res, next) => {
    res.locals.route = path;
    // The caller hung up while the token was verified: 'close' is over, and what is taken now is never given back.
    if (res.destroyed) return;
    const { caller } = res.locals;
    if (who === 'any') {
      next();
      return;
    }
    if (caller === undefined) throw new Problem('unauthenticated');
    if (who !== 'signed-in' && !who.some((role) => caller.roles.includes(role)))
      throw new Problem('forbidden');
    next();
  };
}

async function send(res: Response, answer: Answer & { replayed?: boolean }): Promise<void> {
  res.status(answer.status);
  if (answer.status === 202) res.setHeader('Retry-After', ASK_AGAIN_AFTER_S);
  if (answer.replayed) res.setHeader('Idempotency-Replayed', 'true');
  if (answer.location !== undefined) res.setHeader('Location', answer.location);
  if (answer.etag !== undefined) res.setHeader('ETag', answer.etag);
  if (answer.body === undefined) res.end();
  // Not res.json(): by If-None-Match it would answer 304 where only what is outside the version has changed.
  else await endWith(res.type('json'), JSON.stringify(answer.body));
}
