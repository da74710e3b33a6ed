import { cpSync, chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { configFrom } from '../../config';
import { freePort } from '../free-port';
import { packageFolder } from '../../engine/postgres-binaries';
import { postgresHolding, startPostgres, type PostgresServer } from '../../engine/postgres';

let home: string;
let server: PostgresServer | undefined;
const start = async () =>
  (server = await startPostgres({ dataDir: join(home, 'postgres'), port: await freePort() }));

beforeAll(() => (home = mkdtempSync(join(tmpdir(), 'haru-postgres-'))));
afterEach(() => server?.stop());
afterAll(() => rmSync(home, { recursive: true }));

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('it starts in an empty folder with its databases, and leaves no process when stopped', async () => {
  const { url, pid, stop } = await start();
  expect(
    await query(url, "select datname::text from pg_database where datname like 'haru%' order by 1"),
  ).toEqual(['haru', 'haru_psp']);
  expect(await query(url, "select current_setting('fsync')")).toEqual(['on']);
  await stop();
  expect(isAlive(pid)).toBe(false);
});

test('its superuser has a password of its own, in a file for the owner alone', async () => {
  const { url } = await start();
  const file = join(home, 'postgres.url');
  expect(readFileSync(file, 'utf8').trim()).toBe(url);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const known = new URL(url);
  known.password = 'haru';
  await expect(query(known.href, 'select 1')).rejects.toThrow('password authentication failed');
});

test('the role of the processes is no superuser, makes no databases and owns none', async () => {
  const { url, appUrl } = await start();
  const file = join(home, 'postgres.app.url');
  expect(readFileSync(file, 'utf8').trim()).toBe(appUrl);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const may =
    "select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls from pg_roles where rolname = 'haru_app'";
  expect(await query(url, may)).toEqual([false]);
  expect(await query(appUrl, 'select current_user::text')).toEqual(['haru_app']);
  await expect(query(appUrl, 'create table mine (id int)')).rejects.toThrow('permission denied');
});

test('it is found where it listened last, and on the port that is told where it is to listen elsewhere', async () => {
  const { appUrl, url } = await start();
  const kept = configFrom({ HARU_HOME: home });
  expect([kept.databases.movie, kept.databaseOwner]).toEqual([appUrl, url]);
  const told = configFrom({ HARU_HOME: home, POSTGRES_PORT: '5999' });
  for (const [moved, before] of [
    [told.databases.movie, appUrl],
    [told.databaseOwner, url],
    [told.pspDatabase, appUrl.replace(/haru$/, 'haru_psp')],
  ] as const)
    expect(moved).toBe(before.replace(/:\d+\//, ':5999/'));
});

test('a folder of before, whose password everyone knew, gets one of its own and keeps its data', async () => {
  const before = await start();
  await query(before.url, 'create table of_before as select 7 as id');
  await query(before.url, "alter role haru password 'haru'");
  await before.stop();
  rmSync(join(home, 'postgres.url'));

  const now = await start();
  expect(await query(now.url, 'select id from of_before')).toEqual([7]);
  const known = new URL(now.url);
  known.password = 'haru';
  await expect(query(known.href, 'select 1')).rejects.toThrow('password authentication failed');
});

test('without the file that has its password it says what is missing', async () => {
  const { stop } = await start();
  await stop();
  const file = join(home, 'postgres.url');
  renameSync(file, `${file}.away`);
  await expect(start()).rejects.toThrow(`put its ${file} back`);
  renameSync(`${file}.away`, file);
});

test('what was committed survives a hard kill', async () => {
  const first = await start();
  await query(first.url, 'create table kept as select 7 as id');
  process.kill(first.pid, 'SIGKILL');
  await first.ended;

  const second = await start();
  expect(await query(second.url, 'select id from kept')).toEqual([7]);
});

test('a server that still runs on the folder is named, and left alone', async () => {
  const { pid, url } = await start();
  expect(postgresHolding(join(home, 'postgres'))).toBe(pid);
  await expect(startPostgres({ dataDir: join(home, 'postgres'), port: await freePort() })).rejects.toThrow(
    `PostgreSQL (process ${pid}) already serves`,
  );
  expect(await query(url, 'select 1')).toEqual([1]);
});

// Only root can be in this place.
(process.getuid?.() === 0 ? test : test.skip)(
  'run by root where only root may enter, programs and data, it has no capability',
  async () => {
    chmodSync(home, 0o700);
    const programs = join(home, 'node_modules');
    cpSync(packageFolder(), programs, { recursive: true, verbatimSymlinks: true });
    server = await startPostgres({ dataDir: join(home, 'postgres'), port: await freePort(), programs });
    expect(await query(server.url, 'select 1')).toEqual([1]);
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      expect(status).toMatch(new RegExp(`^${set}:\\t0+$`, 'm'));
    expect(status).toMatch(/^Uid:(\t[1-9]\d*){4}$/m);
  },
);
