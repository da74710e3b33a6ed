import type { Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { Connection } from '@temporalio/client';
import { SignJWT } from 'jose';
import knex from 'knex';
import pino from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { createApp } from '../../api/app';
import type { Deps } from '../../api/deps';
import { endpoint, type Api } from '../../api/endpoint';
import { Problem } from '../../api/problems';
import { listOf, Money, Page, typeId } from '../../api/schemas';
import { configFrom } from '../../config';

export const DEV_SECRET = 'the-secret-of-these-tests';
export const THING = 'thg_01h455vb4pex5vsknk084sn02q';

export interface Gateway {
  url: string;
  log: Record<string, unknown>[];
  /** A request with this bearer token; the body as JSON unless it is text already. */
  ask(method: string, path: string, options?: Asking): Promise<Told>;
  /** What a SIGTERM does first: no longer ready, connections are not kept. */
  stop(): void;
  close(): Promise<void>;
}

interface Asking {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Told {
  status: number;
  headers: Headers;
  body: any;
}

/** The real app on a free port, with demonstration routes unless others are given; database and engine are out of reach. */
export async function openGateway(
  env: Record<string, string> = {},
  more: ((api: Api) => void) | undefined = demonstrate,
): Promise<Gateway> {
  const nowhere = `127.0.0.1:${await unusedPort()}`;
  const databaseUrl = `postgres://nobody:nothing@${nowhere}/nothing`;
  const development = env.NODE_ENV === 'production' ? {} : { DEV_TOKEN_SECRET: DEV_SECRET };
  const config = configFrom({ NODE_ENV: 'test', DATABASE_URL: databaseUrl, ...development, ...env });
  const stopping = new AbortController();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const database = knex({
    client: 'pg',
    connection: config.databases.api,
    acquireConnectionTimeout: 500,
    log: SILENT,
  });
  // No interceptors, no retries: one that is due after close() would throw out of a timer.
  const connection = Connection.lazy({ address: nowhere, interceptors: [] });
  const deps = {
    config,
    log,
    metrics: new Registry(),
    stopping: stopping.signal,
    databases: { api: database, movie: database },
    connection,
    idempotency: { db: database, answerWithinMs: 4_500 },
  } as unknown as Deps;

  const app = await createApp(deps, more);
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, config.host, () => resolve(listening));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    log: lines,
    ask: (method, path, options) => ask(method, url + path, options),
    stop: () => stopping.abort(),
    async close() {
      stopping.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.destroy();
      await connection.close();
    },
  };
}

/** A port on which nobody listens. */
export async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const SILENT = { warn() {}, error() {}, debug() {}, deprecate() {} };

const BASE_CLAIMS = { sub: 'minji', roles: ['customer'], locale: 'en', iss: 'haru-dev', aud: 'haru' };

/** A development token; claims set to undefined are left out. */
export const token = (
  claims: Record<string, unknown> = {},
  { secret = DEV_SECRET, alg = 'HS256' } = {},
): Promise<string> =>
  new SignJWT({ ...BASE_CLAIMS, exp: Math.floor(Date.now() / 1_000) + 60, ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(secret));

async function ask(method: string, url: string, { token, body, headers }: Asking = {}): Promise<Told> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

function demonstrate(api: Api): void {
  const Thing = z.strictObject({ id: typeId('thg'), price: Money }).meta({ id: 'DemoThing' });
  const NewThing = z.strictObject({
    name: z.string().min(1).max(10),
    part: z.strictObject({ size: z.int() }).optional(),
  });
  const tag = 'Demonstration';
  const params = z.strictObject({ id: typeId('thg') });

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/things',
      summary: 'Make a thing',
      tag,
      who: ['customer'],
      body: NewThing,
      answers: { 201: Thing },
      problems: ['seat-taken'],
      makes: 'thg',
    },
    ({ body: { name }, operation }) => {
      if (name === 'taken') throw new Problem('seat-taken', { seats: ['1A', '2B'] });
      if (name === 'broken') throw new Error('secret detail: select * from things');
      if (name === 'down') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      const id = operation.thingId;
      return { status: 201, body: { id, price: 9_000 }, location: `/v1/things/${id}` };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/things',
      summary: 'All things',
      tag,
      who: 'any',
      query: Page,
      answers: { 200: listOf(Thing) },
    },
    ({ query, caller }) => ({
      status: 200,
      body: { data: [{ id: caller?.user ?? 'nobody', price: query.limit }], nextCursor: null },
    }),
  );

  endpoint(
    api,
    {
      method: 'delete',
      path: '/v1/things/{id}',
      summary: 'Drop a thing',
      tag,
      who: 'signed-in',
      params,
      answers: { 204: null },
    },
    () => ({ status: 204 }),
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/things/{id}/polish',
      summary: 'Polish a thing',
      tag,
      who: ['staff', 'admin'],
      params,
      answers: { 200: Thing },
    },
    ({ params: { id } }) => ({ status: 200, body: { id, price: 0 } }),
  );
}
