import { Client, Connection } from '@temporalio/client';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../tools/programs';
import type { TemporalPrograms } from '../tools/temporal-server';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes';
import { ClearError } from './fail-clearly';
import { isServing } from './grpc-health';
import { launch } from './launch';
import { freeLowPort } from './ports';
import { addSearchAttributes, isThere } from './search-attributes';
import { SETTINGS, type TemporalServer } from './temporal';
import { until } from './wait';

const DATABASES = { temporal: 'temporal', visibility: 'temporal_visibility' } as const;
/** Fixed for good once there is data: as many as the parts of one server that work side by side. */
const SHARDS = 16;
const RETENTION_SECONDS = 86_400;
const READY_WITHIN_MS = 90_000;

export interface ProductionOptions {
  /** From resolveTemporalServer. */
  programs: TemporalPrograms;
  /** Any database of a PostgreSQL server, by a user who may create others. */
  database: string;
  /** Holds its configuration; made where it is missing. */
  folder: string;
  port: number;
  namespaces?: readonly string[];
  log?: (line: string) => void;
}

/**
 * Starts Temporal's server for production in one process on 127.0.0.1, its state in databases of their own, with the same
 * settings as the development server.
 * @throws ClearError with its last lines when it does not serve within a minute and a half
 */
export async function startProductionTemporal(options: ProductionOptions): Promise<TemporalServer> {
  const { programs, database, folder, port, namespaces = ['default'], log } = options;
  await prepareDatabases(programs.sql, new URL(database));
  await writeConfiguration(folder, port, new URL(database));
  const running = await launch({
    name: 'Temporal',
    command: programs.server,
    args: ['--root', folder, '--config', '.', '--env', 'haru', '--allow-no-auth', 'start'],
    ...(log && { onLine: log }),
  });
  const address = `127.0.0.1:${port}`;
  const life = { over: false };
  void running.ended.then(() => (life.over = true));
  await until(async () => life.over || (await isServing(address)), {
    ...{ withinMs: READY_WITHIN_MS, everyMs: 100 },
  });
  if (life.over || !(await isServing(address))) {
    await running.stop(1_000);
    throw new ClearError(`Temporal did not start on ${address}:\n${running.tail()}`);
  }
  for (const namespace of namespaces) await register(address, namespace);
  return { ...running, address };
}

/** Makes the databases where they are missing, and brings them up to the server's version. */
async function prepareDatabases(sql: string, { hostname, port, username, password }: URL): Promise<void> {
  const at = ['--plugin', 'postgres12', '--ep', hostname, '--port', port, '--user', username];
  const env = { SQL_PASSWORD: decodeURIComponent(password) };
  for (const [schema, name] of Object.entries(DATABASES)) {
    const tool = (...args: string[]) => runTool(sql, [...at, '--db', name, ...args], env);
    await tool('create-database');
    // Fails where a version is recorded already: what counts is the upgrade.
    await tool('setup-schema', '--version', '0.0').catch(() => undefined);
    await tool('update-schema', '--schema-name', `postgresql/v12/${schema}`);
  }
}

async function writeConfiguration(folder: string, port: number, database: URL): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: unknown) =>
    // JSON is YAML.
    writeFileSync(join(folder, name), JSON.stringify(content, undefined, 2), { mode: 0o600 });
  const settings = Object.entries(SETTINGS).map(([name, value]) => [name, [{ value }]] as const);
  write('settings.yaml', Object.fromEntries(settings));
  write('haru.yaml', await configuration(port, database, join(folder, 'settings.yaml')));
}

async function configuration(port: number, database: URL, settings: string) {
  const store = (databaseName: string, maxConns: number) => ({
    sql: {
      pluginName: 'postgres12',
      ...{ databaseName, connectAddr: database.host, connectProtocol: 'tcp' },
      ...{ user: database.username, password: decodeURIComponent(database.password) },
      ...{ maxConns, maxIdleConns: maxConns, maxConnLifetime: '1h' },
    },
  });
  const service = async (grpcPort?: number) => ({
    rpc: {
      grpcPort: grpcPort ?? (await freeLowPort()),
      // It is kept in a smallint.
      membershipPort: await freeLowPort(),
      bindOnLocalHost: true,
    },
  });
  const address = `127.0.0.1:${port}`;
  return {
    log: { stdout: true, level: 'error' },
    persistence: {
      ...{ defaultStore: 'state', visibilityStore: 'visibility', numHistoryShards: SHARDS },
      datastores: { state: store(DATABASES.temporal, 40), visibility: store(DATABASES.visibility, 10) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: await service(port),
      ...{ history: await service(), matching: await service(), worker: await service() },
    },
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active' },
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: address },
      },
    },
    publicClient: { hostPort: address },
    dynamicConfigClient: { filepath: settings, pollInterval: '60s' },
  };
}

/** The namespace with what workflows are found by. */
async function register(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService
      .registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as never },
      })
      .catch(unlessThere);
    await addSearchAttributes(connection, namespace);
    const { workflow } = new Client({ connection, namespace });
    const query = SEARCH_ATTRIBUTES.map((attribute) => `${attribute} = 'nobody'`).join(' OR ');
    const isFound = () =>
      workflow.count(query).then(
        () => true,
        () => false,
      );
    await until(isFound, { withinMs: READY_WITHIN_MS, everyMs: 200 });
  } finally {
    await connection.close();
  }
}

function unlessThere(error: unknown): void {
  if (!isThere(error)) throw error;
}
