import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';

/** Wakes one waiter. A call may be lost with a connection: whoever waits also looks by itself now and then. */
export class Wakeup {
  private resolve: () => void = () => undefined;
  private called = false;

  call(): void {
    this.called = true;
    this.resolve();
  }

  /** Until it is called, or has been since the last wait; at most so long, if said. One waits at a time. */
  async wait(withinMs?: number): Promise<void> {
    if (!this.called) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.resolve = resolve;
        if (withinMs !== undefined) timer = setTimeout(resolve, withinMs);
      });
      clearTimeout(timer);
    }
    this.called = false;
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
  /** Held in common while somebody wants to hear: whoever notifies sees by it whether to. */
  lock?: string;
  /** Without a payload when a connection is new: what was said before may have been missed. */
  heard: (payload?: string) => void;
}

/** A connection that listens. */
export interface Ear {
  close: () => Promise<void>;
  /** Lets go of the lock, or takes it again. A new connection has it. */
  wants: (toHear: boolean) => void;
}

/**
 * Hears a channel of a database until it is closed. One that is away is listened to once it is back: nothing is thrown.
 * Resolves once it has been tried.
 */
export async function listen(url: string, wanted: Wanted): Promise<Ear> {
  const closing = new AbortController();
  let listening: Client | undefined;
  let tried = (): void => undefined;
  const first = new Promise<void>((resolve) => (tried = resolve));
  const is = (client?: Client) => {
    listening = client;
    if (client) tried();
  };
  const done = keepListening(url, { ...wanted, is }, closing.signal, tried);
  await first;
  wanted.heard();
  return {
    close: async () => {
      closing.abort();
      await done;
    },
    wants: (toHear) => {
      // A connection that cannot is at its end.
      if (listening) void (toHear ? hold : letGo)(listening, wanted).catch(() => undefined);
    },
  };
}

async function hold(client: Client, { lock }: Wanted): Promise<void> {
  if (lock !== undefined)
    await client.query('SELECT pg_advisory_lock_shared(hashtextextended($1, 0))', [lock]);
}

/** However often it was taken. */
async function letGo(client: Client): Promise<void> {
  await client.query('SELECT pg_advisory_unlock_all()');
}

/** Nobody needs it any more: who comes back soon finds it still there. */
const LINGER_MS = 5_000;

/**
 * Listens only while somebody wants to hear: every listening connection costs the database a transaction for each
 * notification, whatever its channel. What was said before is missed, and a new connection says so (`heard()`).
 */
export class ListenOnDemand {
  private users = 0;
  private listening: ReturnType<typeof listen> | undefined;
  private lingering: NodeJS.Timeout | undefined;

  constructor(
    private readonly url: string,
    private readonly wanted: Wanted,
  ) {}

  /** Resolves once the connection is there, or was tried. @returns ends this use of it */
  async use(): Promise<() => void> {
    this.users++;
    clearTimeout(this.lingering);
    await (this.listening ??= listen(this.url, this.wanted));
    return () => {
      this.users--;
      if (this.users === 0) this.lingering = setTimeout(() => void this.close(), LINGER_MS).unref();
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.lingering);
    const { listening } = this;
    this.listening = undefined;
    await (await listening)?.close();
  }
}

interface Listening extends Wanted {
  /** Told which connection listens, and when none does. */
  is: (client?: Client) => void;
}

async function keepListening(url: string, wanted: Listening, closing: AbortSignal, tried: () => void) {
  for (let failures = 0; !closing.aborted; failures++) {
    const listened = await listenOnce(url, wanted, closing);
    if (listened) failures = 0;
    tried();
    const ms = Math.min(RETRY_MS.first * 2 ** failures, RETRY_MS.most);
    await sleep(ms, undefined, { signal: closing }).catch(() => undefined);
  }
}

/** Listens until the connection breaks. @returns whether it came to that */
async function listenOnce(url: string, wanted: Listening, closing: AbortSignal): Promise<boolean> {
  const { name, channel, heard, is } = wanted;
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
    await hold(client, wanted);
    return true;
  };
  try {
    if (!(await Promise.race([begin(), over.then(() => false)]))) return false;
    asking = setInterval(() => void client.query('SELECT 1').catch(leave), ASK_EVERY_MS);
    is(client);
    heard();
    await over;
    return true;
  } catch {
    return false;
  } finally {
    clearInterval(asking);
    is();
    closing.removeEventListener('abort', leave);
    await client.end().catch(() => undefined);
  }
}

/** By it one sees in pg_stat_activity who is there. */
export const listenerName = (name: string) => `haru listener ${name}`;
