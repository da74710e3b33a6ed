import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { ClearError } from './fail-clearly';

export const USER = 'haru';
/** Of data folders that were made before each had one of its own. */
const FORMER = 'haru';

/** The owner's connection string, beside the data: who reads it may run programs as the server's user. */
const urlFileOf = (dataDir: string) => `${dataDir}.url`;

export const urlOf = (port: number, database: string, password: string) =>
  `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;

/** The password of the data folder's owner; a new one where there is none yet. */
export function passwordFor(dataDir: string, port: number): string {
  const file = urlFileOf(dataDir);
  if (existsSync(file)) return new URL(readFileSync(file, 'utf8').trim()).password;
  const password = randomBytes(24).toString('base64url');
  mkdirSync(dirname(file), { recursive: true });
  keepUrl(dataDir, port, password);
  return password;
}

export function keepUrl(dataDir: string, port: number, password: string): void {
  const file = urlFileOf(dataDir);
  writeFileSync(file, `${urlOf(port, 'haru', password)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** Gives a folder of before this password. @throws ClearError when it has another one that is not known */
export async function replaceFormerPassword(dataDir: string, port: number, password: string): Promise<void> {
  if (await canSignIn(port, password)) return;
  if (!(await canSignIn(port, FORMER)))
    throw new ClearError(`${dataDir} has another password: put its ${urlFileOf(dataDir)} back.`);
  const client = new Client({ connectionString: urlOf(port, 'postgres', FORMER) });
  await client.connect();
  try {
    await client.query(`ALTER ROLE ${escapeIdentifier(USER)} PASSWORD ${escapeLiteral(password)}`);
  } finally {
    await client.end();
  }
}

async function canSignIn(port: number, password: string): Promise<boolean> {
  const client = new Client({ connectionString: urlOf(port, 'postgres', password) });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === '28P01') return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
