import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '../../config';
import { type Broker, resolveKafka, startKafka } from '../../engine/kafka';
import { say } from '../../engine/progress';

/** A broker of its own with empty topics. */
export async function startBroker(): Promise<Broker> {
  const script = await resolveKafka({ cache: config.cache, say });
  const folder = await mkdtemp(join(tmpdir(), 'haru-kafka-'));
  const broker = await startKafka(script, folder);
  const stop = async () => {
    await broker.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...broker, stop };
}
