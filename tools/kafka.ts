import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { cached } from './cache';
import { ClearError } from '../engine/fail-clearly';
import { launch, type Running } from '../engine/launch';
import { propertiesOf, scramOf, type SecureListener } from './kafka-properties';
import { freePort } from '../engine/ports';
import type { Say } from '../engine/progress';
import { outputOf, runTool } from './programs';
import { until } from '../engine/wait';
import { withMaven } from './ways';

const VERSION = '4.3.1';
const FILE = 'kafka';
const READY_WITHIN_MS = 90_000;

/**
 * A script that runs Apache Kafka under Java: from the cache, or from Maven Central.
 * @returns its path
 * @throws ClearError saying what to install
 */
export const resolveKafka = ({ cache, say }: { cache: string; say: Say }): Promise<string> =>
  cached({
    what: `Kafka ${VERSION}`,
    folder: join(cache, `kafka-${VERSION}`),
    file: FILE,
    works: async (path) => (await outputOf(path, ['--check'])) !== undefined,
    ways: [
      withMaven(
        { pom: POM, script: SCRIPT, file: FILE, java: 17 },
        `Getting Kafka ${VERSION} with Maven (once, about 45 MB)`,
        say,
      ),
    ],
    say,
  });

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>haru</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
[ "$1" = --check ] && { java -version 2>/dev/null && ls "$here"/jars/kafka_2.13-*.jar >/dev/null 2>&1; exit; }
exec java -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \\
  -cp "$here/jars/*" "$@"
`;

export interface Broker {
  /** host:port */
  address: string;
  /** The same of the secure listener, where there is one. */
  secureAddress: string;
  /** kill -9, and up again on the same data and port. */
  crash: () => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * Starts one broker, which is its own controller, on free ports of 127.0.0.1.
 * @param script from resolveKafka @param folder empty; holds its data @param secure listens besides
 * @throws ClearError with its last lines when it does not listen
 */
export async function startKafka(script: string, folder: string, secure?: SecureListener): Promise<Broker> {
  const [port, controller, securePort] = [await freePort(), await freePort(), await freePort()];
  const properties = join(folder, 'server.properties');
  const ports = { plain: port, secure: securePort, controller };
  writeFileSync(properties, propertiesOf(ports, join(folder, 'data'), secure));
  const formatting = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', properties];
  await runTool(script, [...formatting, ...(secure ? ['--add-scram', scramOf(secure)] : [])]);
  let running = await serve(script, properties, port);
  return {
    address: `127.0.0.1:${port}`,
    secureAddress: secure ? `localhost:${securePort}` : '',
    crash: async () => {
      running.kill();
      await running.ended;
      running = await serve(script, properties, port);
    },
    stop: () => running.stop(),
  };
}

async function serve(script: string, properties: string, port: number): Promise<Running> {
  const running = await launch({ name: 'Kafka', command: script, args: ['kafka.Kafka', properties] });
  const life = { over: false };
  void running.ended.then(() => (life.over = true));
  const up = await until(async () => life.over || (await listens(port)), { withinMs: READY_WITHIN_MS });
  if (life.over || !up) {
    await running.stop(1_000);
    throw new ClearError(`Kafka did not start:\n${running.tail()}`);
  }
  return running;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const answer = (there: boolean) => () => {
      socket.destroy();
      resolve(there);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });

/** Any 16 bytes, base64. */
const CLUSTER = 'aGFydS1vbi1rYWZrYS0wMQ';
