import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { letGo, watchOver } from './guard';

export interface Program {
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** As whom it runs, when we are root. */
  uid?: number;
  gid?: number;
  /** What asks it to stop; SIGTERM unless said. */
  stopSignal?: 'SIGTERM' | 'SIGINT';
  /** Each line that it writes, to either output. */
  onLine?: (line: string) => void;
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Running {
  name: string;
  pid: number;
  ended: Promise<Ending>;
  /** Its newest lines, for an error message. */
  tail: () => string;
  /** Asks it to stop, and kills it with its whole group when it has not within the grace (milliseconds). */
  stop: (graceMs?: number) => Promise<void>;
  /** Kills its whole group at once. */
  kill: () => void;
}

const TAIL_LINES = 15;
const live = new Set<Running>();

/** Kills everything launched that still runs. */
export function killEverything(): void {
  for (const running of live) running.kill();
}

export const wordsOf = ({ code, signal }: Ending): string =>
  signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;

/**
 * Starts a program in a process group of its own, so that a terminal's Ctrl-C reaches us alone and we
 * choose the order of stopping.
 * @throws Error when the command cannot be started
 */
export async function launch(program: Program): Promise<Running> {
  const { name, command, args, env, cwd, uid, gid, stopSignal = 'SIGTERM', onLine } = program;
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(env && { env }),
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${name} could not be started: ${error.message}`)));
  });
  const pid = child.pid as number;
  watchOver(pid, stopSignal.slice('SIG'.length));

  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr])
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line);
      if (lines.length > TAIL_LINES) lines.shift();
      onLine?.(line);
    });

  let over = false;
  const ended = new Promise<Ending>((resolve) => {
    // 'exit', not 'close': a grandchild may keep the outputs open.
    child.once('exit', (code, signal) => {
      over = true;
      killGroup(pid);
      live.delete(running);
      letGo(pid);
      // The last lines arrive just after the end; whoever asks for the tail wants them.
      setTimeout(() => resolve({ code, signal }), 20);
    });
  });
  const running: Running = {
    name,
    pid,
    ended,
    tail: () => lines.join('\n'),
    stop: async (graceMs = 5_000) => {
      if (!over) child.kill(stopSignal);
      const late = setTimeout(() => killGroup(pid), graceMs);
      await ended;
      clearTimeout(late);
    },
    kill: () => {
      if (!over) killGroup(pid);
    },
  };
  live.add(running);
  return running;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody left in the group.
  }
}
