import { config, SERVICES, type Service } from '../config';
import { startWorkers } from './run';
import { installRuntime } from './runtime';

/** `npm run worker -- boxoffice payment`: serves these queues until it is told to stop. */
async function main(names: string[]): Promise<void> {
  const unknown = names.filter((name) => !SERVICES.includes(name as Service));
  if (unknown.length > 0 || names.length === 0) {
    process.stderr.write(`Which services? npm run worker -- ${SERVICES.join(' ')}\n`);
    process.exit(2);
  }
  const log = installRuntime(config);
  const workers = await startWorkers(names as Service[], config);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, workers.stop);
  if (process.stdout.isTTY) console.log(`Serving ${names.join(', ')}. Ctrl-C stops it.`);
  log.info(`serving ${names.join(', ')}`);
  await workers.done;
}

main(process.argv.slice(2).flatMap((name) => name.split(','))).catch((error: unknown) => {
  process.stderr.write(`The worker stops: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
