import { Client, Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import { join } from 'node:path';
import { asUserOf, connect, NO_HURRY } from '../activities/database';
import { configFrom, LISTENERS, type Listener, type Part, SERVICES, type Service } from '../config';
import { type Ending, launch, type Running } from '../engine/launch';
import { lives, pidsServing } from '../drill/pollers';
import { freePort } from './free-port';
import { until } from '../engine/wait';
import { listenerName } from '../events/listen';
import { findings } from '../invariants';
import { inWords } from '../invariants/law';
import { World } from '../invariants/world';
import { ROOT } from '../root';
import type { Crash } from './faults/crashing-worker';
import type { TcpProxy } from './faults/tcp-proxy';
import { TestClient } from './test-client';
import { Provider } from './provider';
import { argsOf, type Script } from './scripts';

/** What it takes to book seats. */
export const CINEMA = ['movie', 'boxoffice', 'payment'] as const;
/** … to rent kickboards and bikes. */
export const FLEET = ['payment', 'kickboard', 'bike', 'billing'] as const;
/** … to order food. */
export const KITCHEN = ['payment', 'food', 'delivery'] as const;

/** About four times the product's. */
const WIDE_LIMITS = {
  ANSWER_WITHIN_MS: '15000',
  // Below the 2 s of the step that asks; tok_slow takes 3.
  PAYMENT_LIMIT_MS: '1500',
  DATABASE_LOCKED_MS: '15000',
  PAGES_FRESH_WITHIN_MS: '10000',
};

interface Wanted {
  /** All others are left out: each takes a while to load. */
  only?: readonly Service[];
  /** What follows the events; messages are many, and few read them. */
  listeners?: readonly Listener[];
  /** Left out, as by `npm start -- --without=…`. */
  without?: Part[];
  /** Each in a process of its own, to be killed alone; the others share one, as it takes seconds to load. */
  apart?: readonly Service[];
  /** Points at all of which the worker of a service kills itself; it is apart. */
  crashes?: Partial<Record<Service, readonly Crash[]>>;
  /** Why these tests cannot run within the product's own limits; docs/testing.md lists who says so. */
  wideLimits?: string;
  /** What its processes say is not shown: they are about to complain with good reason. */
  quiet?: boolean;
  env?: Record<string, string>;
  /** Variable → the proxy through which what it names reaches the stack's database. */
  proxies?: Record<string, TcpProxy>;
}

/**
 * A whole Haru in processes of its own: provider, workers and API, on a database and a Temporal namespace that
 * nobody else has.
 */
export async function startStack({
  only = SERVICES,
  listeners: followed = ['views'],
  without: leftOut = [],
  crashes = {},
  apart = SERVICES.filter((service) => crashes[service]),
  wideLimits,
  quiet,
  env = {},
  proxies = {},
}: Wanted = {}): Promise<TestStack> {
  const without = [
    ...leftOut,
    ...SERVICES.filter((service) => !only.includes(service)),
    ...LISTENERS.filter((listener) => !followed.includes(listener)),
  ];
  const environment = await stackEnvironment({
    HARU_WITHOUT: without.join(','),
    // Workflows in the process's own thread: one for each service would take half a second to load.
    TEMPORAL_DEBUG: '1',
    ...(wideLimits !== undefined && WIDE_LIMITS),
    ...env,
  });
  for (const [variable, proxy] of Object.entries(proxies))
    environment[variable] = proxy.through(environment.DATABASE_URL ?? '');
  const stack = new TestStack(environment);
  stack.quiet = quiet ?? false;
  const services = SERVICES.filter((service) => !without.includes(service));
  const listeners = LISTENERS.filter((listener) => !without.includes(listener));
  const together = services.filter((service) => !apart.includes(service));
  try {
    await Promise.all([
      stack.start('psp'),
      stack.start('api').then(() => stack.alive()),
      ...services
        .filter((service) => apart.includes(service))
        .map((service) => stack.work([service], crashes[service])),
      ...(together.length > 0 ? [stack.work(together)] : []),
      ...(listeners.length > 0 ? [stack.follow(listeners)] : []),
    ]);
    await stack.ready();
    return stack;
  } catch (error) {
    await stack.stop({ lawful: false });
    throw error;
  }
}

export class TestStack {
  readonly url: string;
  readonly provider: Provider;
  readonly db: Knex;
  /** The provider's own database. */
  readonly bank: Knex;
  readonly temporal: Promise<Client>;
  quiet = false;
  private readonly running = new Map<string, Running>();

  constructor(
    /** What its processes are started with. */
    readonly env: Readonly<Record<string, string>>,
  ) {
    this.url = `http://127.0.0.1:${env.PORT}`;
    this.provider = new Provider(`http://127.0.0.1:${env.PSP_PORT}`);
    const owner = env.DATABASE_OWNER_URL;
    this.db = connect(asUserOf(env.DATABASE_URL ?? '', owner), 5, NO_HURRY);
    this.bank = connect(asUserOf(env.PSP_DATABASE_URL ?? '', owner), 2, NO_HURRY);
    this.temporal = Connection.connect({ address: env.TEMPORAL_ADDRESS ?? '' }).then(
      (connection) => new Client({ connection, namespace: env.TEMPORAL_NAMESPACE ?? '' }),
    );
  }

  /** Starts the API or the provider, anew after a kill. */
  start(name: 'api' | 'psp', env: Record<string, string> = {}): Promise<void> {
    return this.launch(name, `${name}/main.ts`, [], env);
  }

  /**
   * Starts a worker for these services; resolves once it asks for work.
   * @param crashes points at all of which it kills itself
   */
  async work(
    services: readonly Service[],
    crashes?: readonly Crash[],
    env: Record<string, string> = {},
  ): Promise<void> {
    const name = `worker ${services.join(' ')}`;
    const script = crashes ? 'tests/faults/crashing-worker.ts' : 'workers/main.ts';
    await this.launch(name, script, services, {
      ...env,
      ...(crashes && { CRASHES: JSON.stringify(crashes) }),
    });
    const { pid } = this.named(name);
    const polled = async () => {
      const asking = await Promise.all(services.map((service) => this.polls(service, pid)));
      return asking.every(Boolean) || !lives(pid);
    };
    if (!(await until(polled, { withinMs: 30_000, everyMs: 50 })))
      throw new Error(`${name} asks for no work`);
  }

  /** Starts a process that follows events for these, and is named as they are; resolves once it listens. */
  async follow(listeners: readonly Listener[], env: Record<string, string> = {}): Promise<void> {
    const name = listeners.join(' ');
    await this.launch(name, 'workers/main.ts', listeners, env);
    const there = this.db('pg_stat_activity')
      .where({ application_name: listenerName(name) })
      .whereRaw('datname = current_database()');
    const listening = async () => (await there.clone().first<object | undefined>('pid')) !== undefined;
    if (!(await until(listening, { withinMs: 30_000, everyMs: 50 })))
      throw new Error(`${name} do not listen`);
  }

  /** Runs a command on this stack to its end. @returns its exit code and all that it wrote */
  async run(script: Script, args: readonly string[] = []): Promise<{ code: number | null; output: string }> {
    const lines: string[] = [];
    const command = [...argsOf(script), ...args];
    const onLine = (line: string) => void lines.push(line);
    const running = await launch({
      name: script,
      command: process.execPath,
      args: command,
      cwd: ROOT,
      env: this.env,
      onLine,
    });
    const { code } = await running.ended;
    return { code, output: lines.join('\n') };
  }

  /** kill -9. */
  async kill(name: string): Promise<void> {
    const running = this.named(name);
    running.kill();
    await running.ended;
  }

  /** It does nothing, and keeps all that it has, until it is thawed. */
  freeze(name: string): void {
    process.kill(this.named(name).pid, 'SIGSTOP');
  }

  thaw(name: string): void {
    process.kill(this.named(name).pid, 'SIGCONT');
  }

  /** Asks a process to stop. @returns how it ended: by SIGKILL where it has not stopped within 5 s */
  async stopOne(name: string): Promise<Ending> {
    const running = this.named(name);
    await running.stop();
    this.running.delete(name);
    return running.ended;
  }

  /** Waits until that process has ended by itself. @returns whether it has */
  async died(name: string, withinMs = 30_000): Promise<boolean> {
    const { pid } = this.named(name);
    const ended = await until(() => !lives(pid), { withinMs, everyMs: 20 });
    if (ended) this.running.delete(name);
    return ended;
  }

  /** Waits until the API answers at all. */
  async alive(): Promise<void> {
    const answers = () =>
      fetch(`${this.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    if (!(await until(answers, { withinMs: 40_000, everyMs: 50 })))
      throw new Error('the API does not answer');
  }

  /** Waits until the API is ready; asked too early, it says so for a second more. */
  async ready(): Promise<void> {
    let last = '';
    const up = await until(
      async () => {
        const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
        last = answer ? await answer.text() : 'no answer';
        return answer?.status === 200;
      },
      { withinMs: 40_000, everyMs: 50 },
    );
    if (!up) throw new Error(`not ready: ${last}`);
  }

  /** Someone who calls the API with a token of their own; a name that nobody else has unless given. */
  signIn(as: { user?: string; roles?: string[]; locale?: 'ko' | 'en' } = {}): Promise<TestClient> {
    return TestClient.signIn(this.url, as);
  }

  /** How many workflows a customer ever started. */
  async workflowsOf(user: string): Promise<number> {
    const { count } = await (await this.temporal).workflow.count(`HaruCustomer = '${user}'`);
    return count;
  }

  /**
   * Checks every law (invariants/) until none is broken or the time is up: what moves may look broken for a moment.
   * @returns what is then still wrong, in words
   */
  async breaches(withinMs = 30_000): Promise<string[]> {
    const world = await World.open(configFrom(this.env));
    try {
      let wrong: string[] = [];
      const lawful = async () => {
        wrong = inWords(await findings(world));
        return wrong.length === 0;
      };
      await until(lawful, { withinMs, everyMs: 250 });
      return wrong;
    } finally {
      await world.close();
    }
  }

  /** Ends all processes. @throws Error when a law is broken that the tests have not asked about (`lawful: false`) */
  async stop({ lawful = true } = {}): Promise<void> {
    const wrong = lawful ? await this.breaches().catch((error: unknown) => [String(error)]) : [];
    await Promise.all([...this.running.values()].map((process) => process.stop()));
    await Promise.all([this.db.destroy(), this.bank.destroy()]);
    await (await this.temporal).connection.close();
    if (wrong.length > 0) throw new Error(`What must always hold does not:\n${wrong.join('\n')}`);
  }

  private async polls(service: Service, pid: number): Promise<boolean> {
    const { connection, options } = await this.temporal;
    return (await pidsServing(connection, options.namespace, service)).includes(pid);
  }

  private async launch(name: string, script: Script, args: readonly string[], env: Record<string, string>) {
    const process_ = await launch({
      name,
      command: process.execPath,
      args: [...argsOf(script), ...args],
      cwd: ROOT,
      env: { ...this.env, ...env },
      onLine: (line) => this.quiet || process.stderr.write(`[${name}] ${line}\n`),
    });
    this.running.set(name, process_);
  }

  private named(name: string): Running {
    const running = this.running.get(name);
    if (!running) throw new Error(`no process ${name}`);
    return running;
  }
}

/** The environment of processes on databases, ports and a Temporal namespace that nobody else has. */
export async function stackEnvironment(
  settings: Record<string, string> = {},
): Promise<Record<string, string>> {
  const { databaseUrl, pspUrl } = await newDatabases();
  return {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'test',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'error',
    HARU_HOME: needed('TEST_HOME'),
    // Loads a fifth faster what has been compiled before.
    NODE_COMPILE_CACHE: join(needed('TEST_HOME'), 'compiled'),
    PORT: String(await freePort()),
    PSP_PORT: String(await freePort()),
    // As in production: who works with the data does not own them.
    DATABASE_URL: asUserOf(databaseUrl, needed('TEST_POSTGRES_APP_URL')),
    PSP_DATABASE_URL: asUserOf(pspUrl, needed('TEST_POSTGRES_APP_URL')),
    DATABASE_OWNER_URL: databaseUrl,
    TEMPORAL_ADDRESS: needed('TEST_TEMPORAL_ADDRESS'),
    DEV_TOKEN_SECRET: 'the-secret-of-these-tests',
    TEMPORAL_NAMESPACE: `haru-test-${await nextOf('test_namespaces')}`,
    // Customers pay with tok_lost and the like all day here; what the breaker does has tests of its own.
    BREAKER_CALLS: '100000',
    RECONCILE_EVERY_SECONDS: '0',
    RECOVER_EVERY_SECONDS: '0',
    ...settings,
  };
}

/** A migrated database for Haru and one for the provider, which nobody else has. */
export async function newDatabases(): Promise<{ databaseUrl: string; pspUrl: string }> {
  const server = needed('TEST_POSTGRES_URL');
  const n = await nextOf('test_databases');
  const admin = connect(server, 1, NO_HURRY);
  await admin.raw(`CREATE DATABASE haru_${n} TEMPLATE haru_template`);
  await admin.raw(`CREATE DATABASE haru_psp_${n} TEMPLATE haru_psp_template`);
  await admin.destroy();
  const urlOf = (name: string) => server.replace(/postgres$/, name);
  return { databaseUrl: urlOf(`haru_${n}`), pspUrl: urlOf(`haru_psp_${n}`) };
}

/** The next number of a sequence that global-setup.ts made. */
export async function nextOf(sequence: 'test_databases' | 'test_namespaces'): Promise<number> {
  const admin = connect(needed('TEST_POSTGRES_URL'), 1, NO_HURRY);
  const { rows } = await admin.raw<{ rows: [{ n: number }] }>('SELECT nextval(?) AS n', [sequence]);
  await admin.destroy();
  return rows[0].n;
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is set by tests/global-setup.ts`);
  return value;
}
