import type { Knex } from 'knex';
import pino from 'pino';
import type { KafkaSettings } from '../../events/kafka/client';
import { startKafkaRelay } from '../../events/kafka/relay';
import { startRelay } from '../../events/relay';

/** So long a dead reader is missed. */
const SESSION_MS = 2_000;
export const PARTITIONS = 6;
export const QUIET = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });

/** How events come to their consumers. */
export interface Transport {
  name: string;
  /** Straight from PostgreSQL where there is none. */
  kafka?: KafkaSettings;
  /** Lets it die and come back, where it is something of its own. */
  crash?: () => Promise<void>;
}

export const overPostgres: Transport = { name: 'PostgreSQL' };

export const kafkaSettings = (broker: string): KafkaSettings => ({
  brokers: [broker],
  partitions: PARTITIONS,
  sessionMs: SESSION_MS,
});

/** A relay in this process. @param db with the relay's schema */
export const relayOver = (kafka: KafkaSettings | null | undefined, db: Knex): typeof startRelay =>
  kafka ? (...rest) => startKafkaRelay(kafka, db, ...rest) : startRelay;

/** Variables by which the product gets the same. */
export const environmentOf = ({ brokers, tls, sasl }: KafkaSettings): Record<string, string> => ({
  KAFKA_BROKERS: brokers.join(),
  KAFKA_PARTITIONS: String(PARTITIONS),
  ...(tls?.ca !== undefined && { KAFKA_TLS: 'true', KAFKA_TLS_CA: tls.ca }),
  ...(sasl && {
    KAFKA_SASL_MECHANISM: sasl.mechanism.toLowerCase(),
    KAFKA_SASL_USERNAME: sasl.username,
    KAFKA_SASL_PASSWORD: sasl.password,
  }),
});
