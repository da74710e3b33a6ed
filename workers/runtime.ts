import { DefaultLogger, Runtime } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import type { Config } from '../config';

const PINO_LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Joins the engine's logs and metrics to ours. Called once, before any worker is made. */
export function installRuntime(config: Config): Logger {
  const log = pino({ level: config.logLevel, base: { process: 'worker' } });
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    // Most queues have activities alone, and that is how it is meant.
    if (message.startsWith('No workflows registered')) return;
    log[PINO_LEVELS[level]](meta ?? {}, message);
  });
  const { metricsAddress } = config.temporal;
  Runtime.install({
    logger,
    // The process decides when it stops, not each worker.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: 'WARN' },
      ...(metricsAddress && { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
  });
  return log;
}
