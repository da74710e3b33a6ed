import { pino } from 'pino';
import { config, JOINERS, LISTENERS, type Listener, type Service, SERVICES } from '../config';
import { type Health, serveHealth } from './health';
import type { Group } from './listeners';

/** `npm run worker -- boxoffice payment`: runs these parts until it is told to stop. */
async function main(names: string[]): Promise<void> {
  const parts = JOINERS.filter((name) => names.includes(name));
  if (names.length === 0 || !names.every((name) => parts.some((part) => part === name))) {
    process.stderr.write(`Which parts? npm run worker -- ${JOINERS.join(' ')}\n`);
    process.exit(2);
  }
  const services = SERVICES.filter((service) => parts.includes(service));
  const listeners = LISTENERS.filter((listener) => parts.includes(listener));
  const groups: Group[] = [];
  let started = false;
  const health = (): Health => ({
    alive: Object.assign({}, ...groups.map((group) => group.health.alive)) as Health['alive'],
    ready: Object.assign(
      { started: () => started },
      ...groups.map((group) => group.health.ready),
    ) as Health['ready'],
  });
  const probed = config.health.port > 0 ? await serveHealth(config.health, health) : undefined;
  // Workers take a second or more to load, in which no connection would be answered.
  if (services.length > 0) groups.push(await serve(services));
  if (listeners.length > 0) groups.push(await follow(listeners));
  started = true;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      for (const { stop } of groups) stop();
    });
  if (process.stdout.isTTY) console.log(`Running ${names.join(', ')}. Ctrl-C stops it.`);
  await Promise.all(groups.map(({ done }) => done)).finally(() => probed?.close());
}

async function follow(listeners: readonly Listener[]) {
  const { startListeners } = await import('./listeners.js');
  return startListeners(listeners, config, pino({ level: config.logLevel, base: { process: 'relay' } }));
}

/** The engine's library is large: whoever only follows events does without. */
async function serve(services: readonly Service[]) {
  const [{ installRuntime }, { startWorkers }] = await Promise.all([
    import('./runtime.js'),
    import('./run.js'),
  ]);
  installRuntime(config);
  return startWorkers(services, config);
}

main(process.argv.slice(2).flatMap((name) => name.split(','))).catch((error: unknown) => {
  process.stderr.write(`The worker stops: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
