import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Knex } from 'knex';
import type { Config } from '../config';

const ANSWER_WITHIN_MS = 1_500;

/** By name; one that throws, or takes too long, is a no. */
export type Checks = Record<string, () => boolean | Promise<unknown>>;

/** What a process says of itself. */
export interface Health {
  /** What a restart would repair. */
  alive: Checks;
  /** What it takes to do its work now. */
  ready: Checks;
}

/**
 * Serves /healthz and /readyz: 200, or 503 with the parts that are not ok. A process whose event loop stands still does
 * not answer at all.
 */
export async function serveHealth(
  { host, port }: Pick<Config['health'], 'host' | 'port'>,
  health: () => Health,
): Promise<Server> {
  const server = createServer((request, response) => {
    switch (request.url) {
      case '/healthz':
        return void answer(response, 'alive', health().alive);
      case '/readyz':
        return void answer(response, 'ready', health().ready);
      default:
        return void response.writeHead(404).end();
    }
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

async function answer(response: ServerResponse, what: keyof Health, checks: Checks): Promise<void> {
  const parts = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, { ok: await holds(check) }] as const),
  );
  const ok = parts.every(([, part]) => part.ok);
  response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ [what]: ok, parts: Object.fromEntries(parts) }));
}

async function holds(check: Checks[string]): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ANSWER_WITHIN_MS, false);
  });
  const answered = Promise.resolve()
    .then(check)
    .then(
      (value) => value !== false,
      () => false,
    );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

export const reaches = (db: Knex) => () => db.raw('SELECT 1');
