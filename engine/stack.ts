import { asUserOf } from '../activities/database';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFrom, LISTENERS, SERVICES, type Config, type Part } from '../config';
import { migrateAll } from '../migrations/migrate';
import { ClearError } from './fail-clearly';
import { ask } from './http';
import { intoFile, prefixed } from './log-lines';
import { checkPorts, freePort, type WantedPort } from './ports';
import { createDatabases, postgresHolding, startPostgres } from './postgres';
import { APP, OWNER, passwordFor } from './postgres-password';
import type { Supervisor } from './processes';
import type { Say } from './progress';
import { launchScript } from './scripts';
import { resolveTemporal, resolveTemporalServer, startTemporal } from './temporal';
import { pause, until } from './wait';

const READY_WITHIN_MS = 90_000;
/** What `npm start` listens on, by environment variable. */
export const PORTS = {
  PORT: 'api',
  PSP_PORT: 'psp',
  TEMPORAL_PORT: 'temporal',
  TEMPORAL_UI_PORT: 'temporalUi',
  POSTGRES_PORT: 'postgres',
} as const;

/** The configuration with each port 0 replaced by a free one, and the passwords of our own PostgreSQL. */
export async function withRealPorts(env: NodeJS.ProcessEnv): Promise<Config> {
  const chosen: NodeJS.ProcessEnv = {};
  for (const variable of Object.keys(PORTS))
    if (env[variable] === '0') chosen[variable] = String(await freePort());
  const config = configFrom({ ...env, ...chosen });
  if (config.production || config.external.database !== undefined) return config;
  for (const role of [OWNER, APP] as const) passwordFor(postgresFolder(config), config.ports.postgres, role);
  // Also where none was chosen: the last start may have been on another port.
  return configFrom({ ...env, ...chosen, POSTGRES_PORT: String(config.ports.postgres) });
}

/** Refuses before anything is started when another system runs on the data or the ports. */
export async function refuseIfTaken(config: Config): Promise<void> {
  const data = postgresFolder(config);
  await until(() => postgresHolding(data) === undefined, { withinMs: 3_000 });
  const pid = postgresHolding(data);
  if (pid !== undefined)
    throw new ClearError(
      `Haru already runs on ${config.home} (PostgreSQL is process ${pid}): stop it first, or use another folder: HARU_HOME=… npm start`,
    );
  const unused = new Set<string>([
    ...(config.external.database === undefined ? [] : ['POSTGRES_PORT']),
    ...(config.external.temporal === undefined ? [] : ['TEMPORAL_PORT']),
    ...(hasWebUi(config) ? [] : ['TEMPORAL_UI_PORT']),
    ...(hasOwnProvider(config) ? [] : ['PSP_PORT']),
  ]);
  const wanted = Object.entries(PORTS)
    .filter(([variable]) => !unused.has(variable))
    .map(([variable, part]): WantedPort => ({
      variable,
      port: config.ports[part],
      host: hostOf(config, variable),
    }));
  await checkPorts(wanted);
}

/** PostgreSQL, then its schemas; Temporal at the same time, or on it. */
export async function startEngine(config: Config, supervisor: Supervisor, say: Say): Promise<void> {
  keepToOurselves(config.home);
  const database = async () => {
    if (config.external.database === undefined) await keepPostgres(config, supervisor, say);
    else await ensureProviderDatabase(config);
    await migrateAll(config, say);
    say('Schemas are up to date.');
  };
  if (config.external.temporal !== undefined) return database();
  if (config.temporalServer === 'postgres') {
    await database();
    await keepProductionTemporal(config, supervisor, say);
  } else await Promise.all([database(), keepTemporal(config, supervisor, say)]);
}

/** What is in there is nobody else's; PostgreSQL, which does not run as root, passes through to its own folder. */
function keepToOurselves(home: string): void {
  mkdirSync(home, { recursive: true });
  chmodSync(home, process.getuid?.() === 0 ? 0o711 : 0o700);
}

async function keepPostgres(config: Config, supervisor: Supervisor, say: Say): Promise<void> {
  const log = intoFile(join(config.home, 'logs', 'postgres.log'));
  await supervisor.keep({
    name: 'PostgreSQL',
    begin: () => startPostgres({ dataDir: postgresFolder(config), port: config.ports.postgres, log }),
    advice: `see ${join(config.home, 'logs', 'postgres.log')}.`,
  });
  say(`PostgreSQL is up on port ${config.ports.postgres}.`);
}

async function ensureProviderDatabase(config: Config): Promise<void> {
  if (!hasOwnProvider(config)) return;
  const name = decodeURIComponent(new URL(config.pspDatabase).pathname.slice(1));
  await createDatabases(asUserOf(config.databases.payment, config.databaseOwner), [name]).catch(
    (error: unknown) => {
      throw new ClearError(`DATABASE_URL: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
}

async function keepTemporal(config: Config, supervisor: Supervisor, say: Say): Promise<void> {
  const binary = await resolveTemporal({ cache: config.cache, say });
  const log = intoFile(join(config.home, 'logs', 'temporal.log'));
  const dbFile = join(config.home, 'temporal.db');
  const hasData = existsSync(dbFile);
  await supervisor.keep({
    name: 'Temporal',
    begin: () =>
      startTemporal({
        binary,
        port: config.ports.temporal,
        uiPort: config.ports.temporalUi,
        dbFile,
        namespaces: [config.temporal.namespace],
        log,
      }),
    advice: `see ${join(config.home, 'logs', 'temporal.log')}.`,
  });
  // With data of its own it takes up none of what it is started with.
  if (hasData) {
    const { learnSearchAttributes } = await import('./search-attributes.js');
    await learnSearchAttributes(`127.0.0.1:${config.ports.temporal}`, config.temporal.namespace);
  }
  say(`Temporal is up on port ${config.ports.temporal}.`);
}

/** Its state is in the databases `temporal` and `temporal_visibility` of the same PostgreSQL. It has no Web UI. */
async function keepProductionTemporal(config: Config, supervisor: Supervisor, say: Say): Promise<void> {
  // The client that it is prepared by takes longer to load than the development server to start.
  const { startProductionTemporal } = await import('./temporal-production.js');
  const programs = await resolveTemporalServer({ cache: config.cache, say });
  const log = intoFile(join(config.home, 'logs', 'temporal.log'));
  await supervisor.keep({
    name: 'Temporal',
    begin: () =>
      startProductionTemporal({
        ...{ programs, log },
        database: asUserOf(config.databases.payment, config.databaseOwner),
        folder: join(config.home, 'temporal'),
        port: config.ports.temporal,
        namespaces: [config.temporal.namespace],
      }),
    advice: `see ${join(config.home, 'logs', 'temporal.log')}.`,
  });
  say(`Temporal is up on port ${config.ports.temporal}, its state in PostgreSQL.`);
}

/** The provider simulator, the workers and the API, each in a process of its own. */
export async function startServices(
  config: Config,
  without: readonly Part[],
  env: NodeJS.ProcessEnv,
  supervisor: Supervisor,
  say: Say,
): Promise<void> {
  const ports = Object.entries(PORTS).map(
    ([variable, part]) => [variable, String(config.ports[part])] as const,
  );
  const shared: NodeJS.ProcessEnv = {
    // Each request in a line of its own hides what matters; LOG_LEVEL=info npm start shows them.
    LOG_LEVEL: 'warn',
    ...env,
    ...Object.fromEntries<string>(ports),
    HARU_WITHOUT: without.join(','),
    // Worker and relay would ask for the same port.
    HEALTH_PORT: '',
    DEV_TOKEN_SECRET: config.production ? '' : (env.DEV_TOKEN_SECRET ?? devTokenSecret(config.home)),
  };
  const keep = (name: string, script: string, args: readonly string[] = []) =>
    supervisor.keep({
      name,
      begin: () => launchScript(script, args, { name, env: shared, onLine: prefixed(name, say) }),
      advice: 'its lines above say why; Ctrl-C stops everything.',
    });
  const services = SERVICES.filter((service) => !without.includes(service));
  if (hasOwnProvider(config)) await keep('psp', 'psp/main.ts');
  if (services.length > 0) await keep('worker', 'workers/main.ts', services);
  const listeners = LISTENERS.filter((listener) => !without.includes(listener));
  if (listeners.length > 0) await keep('relay', 'workers/main.ts', listeners);
  await keep('api', 'api/main.ts');
}

/**
 * Waits until the API can serve and pages and messages are followed.
 * @throws ClearError with what /readyz says when that takes longer than a minute and a half
 */
export async function untilReady(origin: string, supervisor: Supervisor): Promise<void> {
  let last = 'no answer';
  const ready = await until(
    async () => {
      if (supervisor.stopping()) return pause(60_000).then(() => false);
      try {
        const { status, body } = await ask<{ parts: Record<string, { ok: boolean }> }>(`${origin}/readyz`);
        last = `${status} ${JSON.stringify(body)}`;
        return status === 200 && LISTENERS.every((listener) => body.parts[listener]?.ok !== false);
      } catch {
        return false;
      }
    },
    { withinMs: READY_WITHIN_MS, everyMs: 100 },
  );
  if (!ready) throw new ClearError(`Not ready after ${READY_WITHIN_MS / 1_000} s; ${origin}/readyz: ${last}`);
}

export const postgresFolder = ({ home }: Pick<Config, 'home'>): string => join(home, 'postgres');

/** The development server has one. */
export const hasWebUi = ({ external, temporalServer }: Config): boolean =>
  external.temporal === undefined && temporalServer === 'development';

/** The simulator is ours to run unless the payment provider is elsewhere. */
const hasOwnProvider = ({ stripe, provider, ports }: Config): boolean =>
  stripe === undefined && provider.url === `http://127.0.0.1:${ports.psp}`;

const hostOf = (config: Config, variable: string): string =>
  variable === 'PORT' ? config.host : '127.0.0.1';

/** What signs the tokens of POST /v1/dev/tokens: of this machine alone, made once. */
function devTokenSecret(home: string): string {
  const file = join(home, 'dev-token-secret');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(home, { recursive: true });
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}
