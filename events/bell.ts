import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';

/** Rings when an outbox has been appended to. A ring may be lost with a connection: whoever waits also looks by itself. */
export class Bell {
  private wake: () => void = () => undefined;
  private rung = false;

  ring(): void {
    this.rung = true;
    this.wake();
  }

  /** Until it rings, or has rung since the last wait; at most so long, if said. One waits at a time. */
  async heard(withinMs?: number): Promise<void> {
    if (!this.rung) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        if (withinMs !== undefined) timer = setTimeout(resolve, withinMs);
      });
      clearTimeout(timer);
    }
    this.rung = false;
  }
}

const CONNECT_WITHIN_MS = 2_000;
const RETRY_MS = { first: 100, most: 2_000 };
/** A connection whose other end is gone without a word is noticed by asking it something. */
const ASK_EVERY_MS = 30_000;
const ANSWER_WITHIN_MS = 5_000;

interface Wanted {
  /** Of who listens, as the database shows it. */
  name: string;
  channel: string;
  /** Without a payload when a connection is new: what was said before may have been missed. */
  heard: (payload?: string) => void;
}

/**
 * Hears a channel of these databases, over one connection each, until it is closed. One that is away is listened to
 * once it is back: nothing is thrown. Resolves once each has been tried.
 */
export async function listen(
  urls: readonly string[],
  wanted: Wanted,
): Promise<{ close: () => Promise<void> }> {
  const closing = new AbortController();
  const ears = [...new Set(urls)].map((url) => {
    let tried = (): void => undefined;
    const first = new Promise<void>((resolve) => (tried = resolve));
    return { first, done: keepListening(url, wanted, closing.signal, tried) };
  });
  await Promise.all(ears.map(({ first }) => first));
  wanted.heard();
  return {
    close: async () => {
      closing.abort();
      await Promise.all(ears.map(({ done }) => done));
    },
  };
}

async function keepListening(url: string, wanted: Wanted, closing: AbortSignal, tried: () => void) {
  for (let failures = 0; !closing.aborted; failures++) {
    const listened = await listenOnce(url, wanted, closing, tried);
    if (listened) failures = 0;
    tried();
    const ms = Math.min(RETRY_MS.first * 2 ** failures, RETRY_MS.most);
    await sleep(ms, undefined, { signal: closing }).catch(() => undefined);
  }
}

/** Listens until the connection breaks. @returns whether it came to that */
async function listenOnce(
  url: string,
  { name, channel, heard }: Wanted,
  closing: AbortSignal,
  listening: () => void,
): Promise<boolean> {
  const client = new Client({
    connectionString: url,
    application_name: listenerName(name),
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    keepAlive: true,
  });
  let asking: NodeJS.Timeout | undefined;
  let leave = (): void => undefined;
  const over = new Promise<void>((resolve) => (leave = resolve));
  // Not once: a connection that breaks may say so twice.
  client.on('error', leave).on('end', leave);
  closing.addEventListener('abort', leave);
  const begin = async () => {
    await client.connect();
    client.on('notification', ({ payload }) => heard(payload));
    await client.query(`LISTEN ${escapeIdentifier(channel)}`);
    return true;
  };
  try {
    if (!(await Promise.race([begin(), over.then(() => false)]))) return false;
    asking = setInterval(() => void client.query('SELECT 1').catch(leave), ASK_EVERY_MS);
    listening();
    heard();
    await over;
    return true;
  } catch {
    return false;
  } finally {
    clearInterval(asking);
    closing.removeEventListener('abort', leave);
    await client.end().catch(() => undefined);
  }
}

/** By it one sees in pg_stat_activity who is there. */
export const listenerName = (name: string) => `haru listener ${name}`;
