import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ClearError } from './fail-clearly';

export interface Invocation {
  command: string;
  args: readonly string[];
  uid?: number;
  gid?: number;
}

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

/** How to run the command as the owner, who must be able to reach its file and the given folder. */
export function asOwner(
  command: string,
  args: readonly string[],
  owner: Owner | undefined,
  folder: string,
): Invocation {
  if (owner === undefined) return { command, args };
  if (everyoneReaches(command) && everyoneReaches(folder)) return { command, args, ...owner };
  // A checkout in /root: the owner gets the right to pass, and nothing else of root's.
  if (!existsSync('/usr/bin/setpriv'))
    throw new ClearError(
      `As root, PostgreSQL cannot reach ${folder}: use another user, or move it out of /root.`,
    );
  const ids = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  const rights = ['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  return { command: '/usr/bin/setpriv', args: [...ids, ...rights, command, ...args] };
}

function everyoneReaches(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
