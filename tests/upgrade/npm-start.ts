import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, type Running } from '../../engine/launch';
import { freePort } from '../free-port';
import { TestStack } from '../test-stack';

const PORTS = ['PORT', 'PSP_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'POSTGRES_PORT'] as const;
const STOPPED_WITHIN_MS = 30_000;

interface Wanted {
  /** The checkout whose `npm start` it is. */
  source: string;
  /** Its HARU_HOME. */
  home: string;
  args?: readonly string[];
  env?: NodeJS.ProcessEnv;
  onLine?: (line: string) => void;
}

/** A Haru that the `npm start` of some checkout runs, on free ports. */
export interface Started {
  /** The same Haru as the tests use it. */
  stack: TestStack;
  /** Runs another script of that checkout's package.json beside it. */
  script: (name: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Running>;
  /** As Ctrl-C does. */
  stop: () => Promise<void>;
}

/** Runs `npm start` until it says that Haru runs. @throws Error with its last lines when it ends before */
export async function npmStart({ source, home, args = [], env = {}, onLine }: Wanted): Promise<Started> {
  const ports = Object.fromEntries(
    await Promise.all(PORTS.map(async (name) => [name, String(await freePort())] as const)),
  ) as Record<(typeof PORTS)[number], string>;
  const environment = { PATH: process.env.PATH, HOME: process.env.HOME, ...env, ...ports, HARU_HOME: home };
  const script: Started['script'] = (name, more, variables) =>
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

  const databases = `postgres://haru:haru@127.0.0.1:${ports.POSTGRES_PORT}`;
  const stack = new TestStack({
    ...ports,
    PATH: process.env.PATH ?? '',
    HARU_HOME: home,
    DATABASE_URL: `${databases}/haru`,
    PSP_DATABASE_URL: `${databases}/haru_psp`,
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.TEMPORAL_PORT}`,
    TEMPORAL_NAMESPACE: 'default',
  });
  return { stack, script, stop: () => running.stop(STOPPED_WITHIN_MS) };
}

/** A script of package.json without npm, whose end would come before that of what it runs. */
function commandOf(
  source: string,
  name: string,
  more: readonly string[],
): { command: string; args: string[] } {
  const { scripts } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [command = '', ...args] = (scripts[name] ?? '').split(' ');
  if (command !== 'node') throw new Error(`npm run ${name} is not run by node: ${command}`);
  return { command: process.execPath, args: [...args, ...more] };
}
