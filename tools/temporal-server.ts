import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache';
import type { Say } from '../engine/progress';
import { outputOf } from './programs';
import { withGo } from './ways';

const VERSION = '1.29.1';
const MODULE = 'go.temporal.io/server/cmd';
const suffix = process.platform === 'win32' ? '.exe' : '';

/** The programs of the production server. */
export interface TemporalPrograms {
  server: string;
  /** Makes and upgrades the server's databases; their schemas are in it. */
  sql: string;
}

const folderOf = (cache: string, name: string) => join(cache, `temporal-${name}-${VERSION}`);

/** Whether it is in the cache, so that nothing has to be built. */
export const isBuilt = (cache: string): boolean =>
  ['server', 'sql'].every((name) => existsSync(join(folderOf(cache, name), `${name}${suffix}`)));

/**
 * Temporal's server for production, which keeps its state in PostgreSQL: from the cache, or built with Go, as its makers
 * publish it in containers alone.
 * @param cache folder outside the checkout, shared by all checkouts
 * @throws ClearError saying what to install
 */
export async function resolveTemporalServer({
  cache,
  say,
}: {
  cache: string;
  say: Say;
}): Promise<TemporalPrograms> {
  const program = (name: 'server' | 'sql', doing: string) =>
    cached({
      what: `Temporal's ${name} ${VERSION}`,
      folder: folderOf(cache, name),
      file: `${name}${suffix}`,
      works: async (path) => (await outputOf(path, ['--version']))?.includes(VERSION) ?? false,
      ways: [
        withGo(
          `${MODULE}/${name === 'sql' ? 'tools/sql' : name}@v${VERSION}`,
          doing,
          say,
          "no Go found: install Go 1.24+, or leave TEMPORAL_SERVER out for Temporal's development server",
        ),
      ],
      say,
    });
  mkdirSync(cache, { recursive: true });
  return {
    server: await program('server', `Building Temporal's server ${VERSION} with Go (once, 3 to 10 minutes)`),
    sql: await program('sql', `Building its tool for PostgreSQL (once, about a minute)`),
  };
}
