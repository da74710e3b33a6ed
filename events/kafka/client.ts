import { Kafka, logLevel } from 'kafkajs';
import type { Logger } from 'pino';

export interface KafkaSettings {
  /** Each host:port. */
  brokers: string[];
  /** Of each topic. */
  partitions: number;
  /** So long after its last sign of life a consumer's partitions go to the others (milliseconds). */
  sessionMs: number;
}

const CONNECT_WITHIN_MS = 3_000;
const ANSWER_WITHIN_MS = 10_000;
/** Whoever uses the client goes on trying for as long as it takes: each try is short. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 };

export const kafkaClient = ({ brokers }: KafkaSettings, log: Logger): Kafka =>
  new Kafka({
    clientId: 'haru',
    brokers,
    connectionTimeout: CONNECT_WITHIN_MS,
    requestTimeout: ANSWER_WITHIN_MS,
    retry: RETRY,
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, level, log: { message, error } }) => {
        // Nothing of it is fatal: what matters is logged by whoever tries again.
        log[level === logLevel.ERROR ? 'warn' : 'info'](
          { kafka: namespace, error: error as unknown },
          message,
        );
      },
  });
