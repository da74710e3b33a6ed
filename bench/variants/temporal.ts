import { Client, Connection } from '@temporalio/client';
import { join } from 'node:path';
import { config } from '../../config';
import { ClearError } from '../../engine/fail-clearly';
import { freePort } from '../../engine/ports';
import { say } from '../../engine/progress';
import { launchScript } from '../../engine/scripts';
import { resolveTemporal, startTemporal } from '../../engine/temporal';
import type { Booker, Place } from './shop';
import { READY } from './variant';

/** A development server and the workers of a variant. @param tuned as `npm start` has the server, or as it comes */
export async function onTemporal(
  variant: 'textbook' | 'bare',
  { databaseUrl, providerUrl, folder }: Place,
  { tuned }: { tuned: boolean },
): Promise<{ client: Client } & Pick<Booker, 'historyEvents' | 'stop'>> {
  const binary = await resolveTemporal({ cache: config.cache, say });
  const temporal = await startTemporal({
    binary,
    port: await freePort(),
    tuned,
    ...(tuned && { dbFile: join(folder, 'temporal.db') }),
  });
  let ready = (): void => undefined;
  const isReady = new Promise<true>((resolve) => (ready = () => resolve(true)));
  const bundle = join(folder, '..', 'workflows.js');
  const worker = await launchScript('bench/variants/worker.ts', [variant, temporal.address, bundle], {
    name: 'worker',
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, PROVIDER_URL: providerUrl },
    onLine: (line) => line === READY && ready(),
  });
  if (!(await Promise.race([isReady, worker.ended.then(() => false)])))
    throw new ClearError(`The workers of ${variant} ended:\n${worker.tail()}`);
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  return {
    client,
    historyEvents: async (id) => (await client.workflow.getHandle(id).describe()).historyLength,
    stop: async () => {
      await connection.close();
      await worker.stop();
      await temporal.stop();
    },
  };
}
