import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes';
import { ClearError } from './fail-clearly';
import { isServing } from './grpc-health';
import { launch, type Running } from './launch';
import { until } from './wait';

export { resolveTemporal } from '../tools/temporal-binary';
export { resolveTemporalServer } from '../tools/temporal-server';

const READY_WITHIN_MS = 60_000;
const NO_LIMIT = 100_000;

/** The defaults fit a cluster of many tenants; on one machine they stall every task (20 a second, 50 ms apart). */
export const SETTINGS = {
  'history.transferProcessorMaxPollRPS': 10_000,
  'history.transferProcessorMaxPollHostRPS': 10_000,
  'history.timerProcessorMaxPollRPS': 10_000,
  'history.timerProcessorMaxPollHostRPS': 10_000,
  'history.visibilityProcessorMaxPollRPS': 10_000,
  'history.visibilityProcessorMaxPollHostRPS': 10_000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'frontend.rps': NO_LIMIT,
  'frontend.namespaceRPS': NO_LIMIT,
  'frontend.namespaceRPS.visibility': NO_LIMIT,
  'frontend.namespaceCount': NO_LIMIT,
  'history.rps': NO_LIMIT,
  'matching.rps': NO_LIMIT,
  'frontend.persistenceMaxQPS': NO_LIMIT,
  'history.persistenceMaxQPS': NO_LIMIT,
  'matching.persistenceMaxQPS': NO_LIMIT,
};

/**
 * In its default mode SQLite writes and flushes a journal for every commit, which most of all time went to. With a
 * write-ahead log a killed server loses nothing; a power cut may take the last moments. Production has PostgreSQL.
 */
const PRAGMAS = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'];

export interface TemporalOptions {
  /** From resolveTemporal. */
  binary: string;
  port: number;
  /** Without one there is no Web UI. */
  uiPort?: number;
  /** Without one nothing outlives the server. */
  dbFile?: string;
  namespaces?: readonly string[];
  /** False leaves the server's settings as they come: to compare with. */
  tuned?: boolean;
  log?: (line: string) => void;
}

export interface TemporalServer extends Running {
  /** host:port of the gRPC front end. */
  address: string;
}

/**
 * Starts the Temporal development server on 127.0.0.1.
 * @throws ClearError with its last lines when it does not serve within a minute
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { binary, port, uiPort, dbFile, namespaces = ['default'], tuned = true, log } = options;
  const address = `127.0.0.1:${port}`;
  const running = await launch({
    name: 'Temporal',
    command: binary,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'],
      ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
      ...(dbFile === undefined ? [] : ['--db-filename', dbFile, ...PRAGMAS]),
      ...namespaces.filter((name) => name !== 'default').flatMap((name) => ['--namespace', name]),
      ...SEARCH_ATTRIBUTES.flatMap((attribute) => ['--search-attribute', `${attribute}=Keyword`]),
      ...(tuned ? Object.entries(SETTINGS) : []).flatMap(([key, value]) => [
        '--dynamic-config-value',
        `${key}=${value}`,
      ]),
    ],
    ...(log && { onLine: log }),
  });
  const life = { over: false };
  void running.ended.then(() => (life.over = true));
  await until(async () => life.over || (await isServing(address)), {
    withinMs: READY_WITHIN_MS,
    everyMs: 50,
  });
  if (life.over || !(await isServing(address))) {
    await running.stop(1_000);
    throw new ClearError(`Temporal did not start on ${address}:\n${running.tail()}`);
  }
  return { ...running, address };
}
