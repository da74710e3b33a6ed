import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { ClearError } from './fail-clearly';
import { until } from './wait';

export interface WantedPort {
  port: number;
  /** The environment variable that sets it. */
  variable: string;
  host?: string;
}

// Those that a stopping system still holds are free a moment later.
const PATIENCE_MS = 1_500;

/**
 * Makes sure that nobody listens on the ports.
 * @throws ClearError naming each taken one and the variable to set
 */
export async function checkPorts(wanted: readonly WantedPort[]): Promise<void> {
  let taken: WantedPort[] = [];
  const free = await until(
    async () => {
      const answers = await Promise.all(wanted.map(async (each) => ((await isFree(each)) ? [] : [each])));
      taken = answers.flat();
      return taken.length === 0;
    },
    { withinMs: PATIENCE_MS, everyMs: 250 },
  );
  if (free) return;
  const lines = taken.map(async ({ port, variable, host }) => {
    const other = await nextFree(port + 1, host);
    return `Port ${port} (${variable}) is taken: stop what uses it, or choose another: ${variable}=${other} npm start`;
  });
  throw new ClearError((await Promise.all(lines)).join('\n'));
}

/** @returns a port on 127.0.0.1 that nobody listens on now */
export const freePort = (): Promise<number> => listen(0, '127.0.0.1');

/** Below those that an operating system hands out by itself. */
const LOW = { first: 26_000, count: 6_000 };
let nextLow = randomInt(LOW.count);

/** @returns such a port on 127.0.0.1 that nobody listens on now: never the same twice in a row */
export async function freeLowPort(): Promise<number> {
  for (let tries = 0; tries < LOW.count; tries++) {
    const port = LOW.first + (nextLow++ % LOW.count);
    if (await isFree({ port })) return port;
  }
  throw new Error(`no port from ${LOW.first} to ${LOW.first + LOW.count - 1} is free`);
}

/** Starts what is to listen on some port, and on another one where somebody took that in the meantime. */
export async function onFreePort<T>(start: (port: number) => Promise<T>, tries = 3): Promise<T> {
  try {
    return await start(await freePort());
  } catch (error) {
    if (tries === 1) throw error;
    return onFreePort(start, tries - 1);
  }
}

/** Whether nobody listens on the port now. */
export async function isFree({ port, host = '127.0.0.1' }: Omit<WantedPort, 'variable'>): Promise<boolean> {
  return listen(port, host).then(
    () => true,
    () => false,
  );
}

async function nextFree(from: number, host?: string): Promise<number> {
  for (let port = from; port <= 65_535; port++)
    if (await isFree({ port, ...(host !== undefined && { host }) })) return port;
  return freePort();
}

function listen(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
