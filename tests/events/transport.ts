import type { Knex } from 'knex';
import pino from 'pino';
import { startKafkaRelay } from '../../events/kafka/relay';
import { startRelay } from '../../events/relay';

/** So long a dead reader is missed. */
const SESSION_MS = 2_000;
export const PARTITIONS = 6;
const SILENT = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });

/** How events come to their consumers. */
export interface Transport {
  name: string;
  /** Empty where there are none. */
  brokers: string;
  /** Lets it die and come back, where it is something of its own. */
  crash?: () => Promise<void>;
}

export const overPostgres: Transport = { name: 'PostgreSQL', brokers: '' };

export const kafkaSettings = (brokers: string) => ({
  brokers: brokers.split(','),
  partitions: PARTITIONS,
  sessionMs: SESSION_MS,
});

/** A relay in this process. @param db with the relay's schema */
export const relayOver = (brokers: string, db: Knex): typeof startRelay =>
  brokers === ''
    ? (name, consumers, sources) => startRelay(name, consumers, sources, SILENT)
    : (name, consumers, sources) =>
        startKafkaRelay(kafkaSettings(brokers), db, name, consumers, sources, SILENT);
