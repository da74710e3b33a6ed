import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../free-port';
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
