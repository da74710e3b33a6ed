import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ClearError } from './fail-clearly';

/** Whom PostgreSQL runs as when we are root, which it refuses to be: who owns its data, else `postgres` or `nobody`. */
export interface Owner {
  uid: number;
  gid: number;
}

export function ownerFor(dataDir: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => idOf(flag, name));
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new ClearError(
    'PostgreSQL refuses to run as root, and there is no user postgres or nobody: use another user.',
  );
}

function idOf(flag: string, name: string): number | undefined {
  try {
    return Number(
      execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return undefined;
  }
}

export function makeFolder(folder: string, owner: Owner | undefined): void {
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(folder, { mode: 0o700 });
  if (owner) chownSync(folder, owner.uid, owner.gid);
}

/** How a program is run as the owner in its folder, and the name by which it then finds that folder. */
export interface Place extends Partial<Owner> {
  cwd: string;
  at: string;
}

/**
 * The folder may lie in a checkout below /root, which its owner may not pass through. The program then begins inside, where
 * it was put before it ceased to be root, and calls the folder by the link that leads there without any way: it needs no right of root's.
 * @throws ClearError where there is no such link, and the owner cannot reach the folder
 */
export function placeFor(folder: string, owner: Owner | undefined): Place {
  if (owner === undefined || everyoneReaches(folder)) return { cwd: folder, at: folder, ...owner };
  if (process.platform !== 'linux')
    throw new ClearError(
      `As root, PostgreSQL cannot reach ${folder}: use another user, or move it to where all may pass.`,
    );
  return { cwd: folder, at: '/proc/self/cwd', ...owner };
}

/** Whether every user may pass through all folders above. */
export function everyoneReaches(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
