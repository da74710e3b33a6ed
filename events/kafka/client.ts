import {
  Admin,
  Base,
  type BaseOptions,
  type ConnectionPool,
  type ConnectionPoolEventPayload,
} from '@platformatic/kafka';
import { readFileSync } from 'node:fs';

export interface KafkaSettings {
  /** Each host:port. */
  brokers: string[];
  /** Of each topic. */
  partitions: number;
  /** So long after its last sign of life a consumer's partitions go to the others (milliseconds). */
  sessionMs: number;
  /** Paths of PEM files: whom we trust (undefined: whom Node trusts), and who we are where brokers ask for it. */
  tls?: { ca?: string | undefined; own?: { cert: string; key: string } | undefined } | undefined;
  sasl?: { mechanism: SaslMechanism; username: string; password: string } | undefined;
}

type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

const CONNECT_WITHIN_MS = 3_000;
export const ANSWER_WITHIN_MS = 10_000;

/**
 * For every client. A call is tried once; its caller tries again for as long as it takes.
 * @throws Error when a PEM file cannot be read
 */
export const clientOptions = ({ brokers, tls, sasl }: KafkaSettings): BaseOptions => ({
  clientId: 'haru',
  bootstrapBrokers: brokers,
  connectTimeout: CONNECT_WITHIN_MS,
  requestTimeout: ANSWER_WITHIN_MS,
  retries: 0,
  retryDelay: 250,
  ...(tls && { tls: pemsOf(tls), tlsServerName: true }),
  ...(sasl && { sasl }),
});

/** Read anew for each client: certificates are renewed. */
const pemsOf = ({ ca, own }: NonNullable<KafkaSettings['tls']>) => ({
  ...(ca !== undefined && { ca: readFileSync(ca) }),
  ...(own && { cert: readFileSync(own.cert), key: readFileSync(own.key) }),
});

/** A socket may fail again after its connection was given up, when nobody listens: that would end the process. */
export function toleratingLateErrors<Owner extends Base | ConnectionPool>(owner: Owner): Owner {
  const pool = owner instanceof Base ? owner.connections : owner;
  pool.on('connecting', ({ connection }: ConnectionPoolEventPayload) =>
    connection.on('error', () => undefined),
  );
  return owner;
}

/** @param late aborts it */
export async function withAdmin<T>(
  settings: KafkaSettings,
  work: (admin: Admin) => Promise<T>,
  late?: AbortSignal,
): Promise<T> {
  const admin = toleratingLateErrors(new Admin(clientOptions(settings)));
  const close = () => void admin.close().catch(() => undefined);
  late?.addEventListener('abort', close);
  try {
    late?.throwIfAborted();
    return await work(admin);
  } finally {
    late?.removeEventListener('abort', close);
    close();
  }
}
