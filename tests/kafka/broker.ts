import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '../../config';
import { type Broker, resolveKafka, startKafka } from '../../tools/kafka';
import { say } from '../../engine/progress';
import { runTool } from '../../tools/programs';
import type { KafkaSettings } from '../../events/kafka/client';
import { kafkaSettings } from '../events/transport';

const USER = { name: 'haru', password: 'a-password-of-kafka' };
const KEYSTORE_PASSWORD = 'of-the-keystore';

export interface TestBroker extends Broker {
  plain: KafkaSettings;
  /** By TLS. */
  secure: (mechanism: 'PLAIN' | 'SCRAM-SHA-256') => KafkaSettings;
}

/** A broker of its own with empty topics. */
export async function startBroker(): Promise<TestBroker> {
  const script = await resolveKafka({ cache: config.cache, say });
  const folder = await mkdtemp(join(tmpdir(), 'haru-kafka-'));
  const { keystore, ca } = await makeCertificate(folder);
  const broker = await startKafka(script, folder, {
    keystore,
    keystorePassword: KEYSTORE_PASSWORD,
    user: USER,
  });
  return {
    ...broker,
    plain: kafkaSettings(broker.address),
    secure: (mechanism) => ({
      ...kafkaSettings(broker.secureAddress),
      tls: { ca },
      sasl: { mechanism, username: USER.name, password: USER.password },
    }),
    stop: async () => {
      await broker.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** For "localhost", signed by itself. @returns paths: of the key with it, and of the certificate alone (PEM) */
async function makeCertificate(folder: string): Promise<{ keystore: string; ca: string }> {
  const [keystore, ca] = [join(folder, 'keystore.p12'), join(folder, 'ca.pem')];
  const store = ['-alias', 'kafka', '-keystore', keystore, '-storepass', KEYSTORE_PASSWORD];
  const about = ['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost', '-validity', '2'];
  const key = ['-storetype', 'PKCS12', '-keyalg', 'EC', '-groupname', 'secp256r1'];
  await runTool('keytool', ['-genkeypair', ...store, ...about, ...key]);
  await runTool('keytool', ['-exportcert', '-rfc', '-file', ca, ...store]);
  return { keystore, ca };
}
