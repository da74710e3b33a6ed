import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { ClearError } from './fail-clearly';
import { launch, type Running } from './launch';
import { postgresBinaries, type Binaries } from './postgres-binaries';
import {
  APP,
  ensureApp,
  keepUrl,
  OWNER,
  passwordFor,
  replaceFormerPassword,
  urlOf,
} from './postgres-password';
import { makeFolder, ownerFor, placeFor, type Owner } from './unprivileged';
import { pause, until } from './wait';

const DATABASES = ['haru', 'haru_psp'];
const READY_WITHIN_MS = 60_000;
const FOLDER = 'haru.folder';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  // Our statements take a millisecond; compiling them takes ten.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  lc_messages: 'C',
};

export interface PostgresOptions {
  dataDir: string;
  port: number;
  /** Beside ours. */
  settings?: Readonly<Record<string, string>>;
  /** Where the package with its programs is; our own unless said. */
  programs?: string;
  log?: (line: string) => void;
}

export interface PostgresServer extends Running {
  /** Database `haru`, as its owner. */
  url: string;
  /** The same, as the role that owns nothing. */
  appUrl: string;
}

/**
 * Starts the embedded PostgreSQL on 127.0.0.1 over the folder, which is filled at first, with the
 * databases `haru` and `haru_psp`. Its superuser and the role of Haru's processes have passwords of their own, kept next to the
 * folder.
 * @throws ClearError when another server holds the folder, or it does not come up within a minute
 */
export async function startPostgres({
  dataDir,
  port,
  settings = {},
  programs,
  log = () => undefined,
}: PostgresOptions): Promise<PostgresServer> {
  await refuseIfHeld(dataDir);
  const owner = ownerFor(dataDir);
  const binaries = postgresBinaries(owner, programs);
  const password = passwordFor(dataDir, port);
  const appPassword = passwordFor(dataDir, port, APP);
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await initialise(dataDir, password, binaries, owner, log);
  const running = await serve({ dataDir, port, settings, log }, binaries, owner);
  try {
    await replaceFormerPassword(dataDir, port, password);
    await createDatabases(urlOf(port, 'postgres', password), DATABASES);
    await ensureApp(port, password, appPassword);
    keepUrl(dataDir, port, password);
    keepUrl(dataDir, port, appPassword, APP);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return { ...running, url: urlOf(port, 'haru', password), appUrl: urlOf(port, 'haru', appPassword, APP) };
}

/** @returns the pid of the server that has the data folder open, if there is one */
export function postgresHolding(dataDir: string): number | undefined {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
  return commandOf(pid).includes(dataDir) ? pid : undefined;
}

/** Creates the databases that are missing, over a connection to any other one of the server. */
export async function createDatabases(url: string, names: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const present = new Set(rows.map((row) => row.datname));
    for (const name of names)
      if (!present.has(name)) await client.query(`create database ${escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function refuseIfHeld(dataDir: string): Promise<void> {
  // After a hard kill of its starter a server needs a moment to go.
  await until(() => postgresHolding(dataDir) === undefined, { withinMs: 3_000 });
  const pid = postgresHolding(dataDir);
  if (pid !== undefined)
    throw new ClearError(
      `PostgreSQL (process ${pid}) already serves ${dataDir}: stop the npm start it belongs to, or kill ${pid}.`,
    );
  // The pid in a left-over lock may be someone else's by now; PostgreSQL would refuse to start.
  rmSync(join(dataDir, 'postmaster.pid'), { force: true });
}

function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** Fills another folder and renames it: an interrupted first start leaves nothing half-made. */
async function initialise(
  dataDir: string,
  password: string,
  { initdb }: Binaries,
  owner: Owner | undefined,
  log: (line: string) => void,
) {
  const making = `${dataDir}.making`;
  const data = join(making, 'data');
  const passwordFile = join(making, 'password');
  rmSync(making, { recursive: true, force: true });
  makeFolder(making, owner);
  makeFolder(data, owner);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner) chownSync(passwordFile, owner.uid, owner.gid);
  const { at, ...place } = placeFor(data, owner);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${OWNER}`, '--pwfile=../password', '--auth=scram-sha-256'];
  const args = [`--pgdata=${at}`, ...locale, ...access];
  try {
    const running = await launch({ name: 'initdb', command: initdb, args, ...place, onLine: log });
    const { code } = await running.ended;
    if (code !== 0) throw new ClearError(`PostgreSQL could not prepare ${dataDir}:\n${running.tail()}`);
    renameSync(data, dataDir);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

async function serve(
  { dataDir, port, settings, log }: Required<Omit<PostgresOptions, 'programs'>>,
  { postgres }: Binaries,
  owner: Owner | undefined,
): Promise<Running> {
  // A setting of our own says in its command which folder it serves, whatever it calls that itself.
  const all = Object.entries({ ...SETTINGS, ...settings, [FOLDER]: dataDir });
  const { at, ...place } = placeFor(dataDir, owner);
  const args = ['-D', at, '-p', String(port), ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  for (let attempt = 1; ; attempt++) {
    const ready = signalOnce();
    const running = await launch({
      name: 'PostgreSQL',
      command: postgres,
      args,
      ...place,
      // "Fast shutdown": does not wait until every client has left.
      stopSignal: 'SIGINT',
      onLine: (line) => {
        log(line);
        if (line.includes('database system is ready to accept connections')) ready.fire();
      },
    });
    const late = setTimeout(running.kill, READY_WITHIN_MS);
    const up = await Promise.race([ready.fired.then(() => true), running.ended.then(() => false)]);
    clearTimeout(late);
    if (up) return running;
    await running.stop();
    // The sessions of a server that was killed hard let go of its memory a moment later.
    if (attempt === 5 || !running.tail().includes('still in use'))
      throw new ClearError(`PostgreSQL did not start on ${dataDir}:\n${running.tail()}`);
    await pause(500);
  }
}

function signalOnce() {
  let fire!: () => void;
  const fired = new Promise<void>((resolve) => (fire = resolve));
  return { fire, fired };
}
