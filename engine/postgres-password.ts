import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { ClearError } from './fail-clearly';

/** The superuser, who owns all; and the role that Haru's processes work as. */
export const OWNER = 'haru';
export const APP = 'haru_app';
type Role = typeof OWNER | typeof APP;
/** The owner's, of data folders that were made before each had one of its own. */
const FORMER = 'haru';

/** Connection strings, next to the data: who reads the owner's may run programs as the server's user. */
const urlFileOf = (dataDir: string, role: Role) => `${dataDir}${role === APP ? '.app' : ''}.url`;

export const urlOf = (port: number, database: string, password: string, role: Role = OWNER) =>
  `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;

/** The password of the data folder's role; a new one where there is none yet. */
export function passwordFor(dataDir: string, port: number, role: Role = OWNER): string {
  const file = urlFileOf(dataDir, role);
  if (existsSync(file)) return new URL(readFileSync(file, 'utf8').trim()).password;
  const password = randomBytes(24).toString('base64url');
  mkdirSync(dirname(file), { recursive: true });
  keepUrl(dataDir, port, password, role);
  return password;
}

export function keepUrl(dataDir: string, port: number, password: string, role: Role = OWNER): void {
  const file = urlFileOf(dataDir, role);
  writeFileSync(file, `${urlOf(port, 'haru', password, role)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** Gives a folder of before this password. @throws ClearError when it has another one that is not known */
export async function replaceFormerPassword(dataDir: string, port: number, password: string): Promise<void> {
  if (await canSignIn(port, password)) return;
  if (!(await canSignIn(port, FORMER)))
    throw new ClearError(`${dataDir} has another password: put its ${urlFileOf(dataDir, OWNER)} back.`);
  await asOwner(port, FORMER, (client) => setPassword(client, OWNER, password));
}

/** The role that Haru's processes work as: it owns nothing, and sees only who is connected and since when. */
export async function ensureApp(port: number, owner: string, password: string): Promise<void> {
  await asOwner(port, owner, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [APP]);
    if (rowCount === 0) await client.query(`CREATE ROLE ${escapeIdentifier(APP)} LOGIN`);
    await client.query(`GRANT pg_read_all_stats TO ${escapeIdentifier(APP)}`);
    await setPassword(client, APP, password);
  });
}

const setPassword = (client: Client, role: Role, password: string) =>
  client.query(`ALTER ROLE ${escapeIdentifier(role)} PASSWORD ${escapeLiteral(password)}`);

async function asOwner(port: number, password: string, act: (client: Client) => Promise<unknown>) {
  const client = new Client({ connectionString: urlOf(port, 'postgres', password) });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}

async function canSignIn(port: number, password: string): Promise<boolean> {
  try {
    await asOwner(port, password, () => Promise.resolve());
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === '28P01') return false;
    throw error;
  }
}
