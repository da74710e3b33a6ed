import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../root';
import { ClearError } from '../engine/fail-clearly';
import { launch, type Running } from '../engine/launch';
import { PORTS } from '../engine/stack';

const STOPPED_WITHIN_MS = 30_000;

/** Puts a commit of this project into a folder. @returns its short name @throws ClearError when there is none such */
export function checkOut(commit: string, folder: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  let full: string;
  try {
    full = git('-C', ROOT, 'rev-parse', '--verify', `${commit}^{commit}`);
  } catch {
    throw new ClearError(`${commit} is no commit of this project.`);
  }
  git('clone', '--quiet', '--shared', '--no-checkout', ROOT, folder);
  git('-C', folder, 'checkout', '--quiet', '--detach', full);
  return full.slice(0, 7);
}

export interface StartOptions {
  /** The checkout whose `npm start` it is. */
  source: string;
  /** Its HARU_HOME. */
  home: string;
  /** Gives the ports that it is to listen on. */
  freePort: () => Promise<number>;
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  onLine?: (line: string) => void;
}

/** A Haru that some checkout's `npm start` runs. */
export interface StartedCheckout {
  pid: number;
  /** How its parts are reached, as the configuration's variables. */
  env: Record<string, string>;
  /** Runs another script of that checkout's package.json beside it. */
  script: (name: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Running>;
  /** As Ctrl-C does. */
  stop: () => Promise<void>;
}

/** Runs `npm start` until it says that Haru runs. @throws Error with its last lines when it ends before */
export async function npmStart({
  source,
  home,
  freePort,
  args = [],
  env = {},
  onLine,
}: StartOptions): Promise<StartedCheckout> {
  const ports = {} as Record<keyof typeof PORTS, string>;
  for (const variable of Object.keys(PORTS) as (keyof typeof PORTS)[])
    ports[variable] = String(await freePort());
  const environment = { PATH: process.env.PATH, HOME: process.env.HOME, ...env, ...ports, HARU_HOME: home };
  const script: StartedCheckout['script'] = (name, more, variables) =>
    launch({
      name,
      ...commandOf(source, name, more),
      cwd: source,
      env: { ...environment, ...variables },
      ...(onLine && { onLine }),
    });

  let runs = (): void => undefined;
  const ready = new Promise<true>((resolve) => (runs = () => resolve(true)));
  const running = await launch({
    name: 'npm start',
    ...commandOf(source, 'start', args),
    cwd: source,
    env: environment,
    onLine: (line) => {
      onLine?.(line);
      if (line === 'Haru runs.') runs();
    },
  });
  if (!(await Promise.race([ready, running.ended.then(() => false)])))
    throw new Error(`npm start ended:\n${running.tail()}`);

  const urlFile = join(home, 'postgres.url');
  // Commits of before knew one password only.
  const url = existsSync(urlFile)
    ? readFileSync(urlFile, 'utf8').trim()
    : `postgres://haru:haru@127.0.0.1:${ports.POSTGRES_PORT}/haru`;
  return {
    pid: running.pid,
    env: {
      ...ports,
      PATH: process.env.PATH ?? '',
      HARU_HOME: home,
      DATABASE_URL: url,
      PSP_DATABASE_URL: url.replace(/haru$/, 'haru_psp'),
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.TEMPORAL_PORT}`,
      TEMPORAL_NAMESPACE: 'default',
    },
    script,
    stop: () => running.stop(STOPPED_WITHIN_MS),
  };
}

/** A script of package.json without npm, whose end would come before that of what it runs. */
function commandOf(
  source: string,
  name: string,
  more: readonly string[],
): { command: string; args: string[] } {
  const { scripts, engines } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
    engines?: { node?: string };
  };
  const [command = '', ...args] = (scripts[name] ?? '').split(' ');
  if (command !== 'node') throw new Error(`npm run ${name} is not run by node: ${command}`);
  return { command: nodeFor(engines?.node), args: [...args, ...more] };
}

/** The Node that a commit shipped with, where the machine has that release line too; else this one. @param wanted ">=24.21.0" */
function nodeFor(wanted = ''): string {
  const line = /\d+/.exec(wanted)?.[0];
  if (line === undefined || line === process.versions.node.split('.')[0]) return process.execPath;
  const versionOf = (path: string) =>
    existsSync(path) ? execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() : '';
  const others = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return others.find((path) => versionOf(path).startsWith(`v${line}.`)) ?? process.execPath;
}
