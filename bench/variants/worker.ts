import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../root';
import { createSteps, poolOf } from './steps';
import { READY } from './variant';

/** `worker.ts textbook|bare`: all workers of a variant in one process, until it is told to stop. */
async function main([variant, address = '', bundle = '']: string[]): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const pool = poolOf(process.env.DATABASE_URL ?? '');
  const activities = createSteps(pool, process.env.PROVIDER_URL ?? '');
  const codePath = await bundled(bundle);
  const connection = await NativeConnection.connect({ address });
  const worker = (taskQueue: string, more: object) =>
    Worker.create({ connection, namespace: 'default', taskQueue, activities, ...more });
  const workers =
    variant === 'textbook'
      ? [await worker('textbook', { workflowBundle: { codePath } })]
      : [await worker('bare', { workflowBundle: { codePath } }), await worker('bare-payment', {})];
  const running = workers.map((each) => each.run());
  process.once('SIGTERM', () => workers.forEach((each) => each.shutdown()));
  console.log(READY);
  await Promise.all(running);
  await connection.close();
  await pool.end();
}

async function bundled(path: string): Promise<string> {
  const isMade = await readFile(path).then(
    () => true,
    () => false,
  );
  if (isMade) return path;
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'bench', 'variants', 'workflows.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  await writeFile(path, code);
  return path;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
