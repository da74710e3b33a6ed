import { ClearError, endWith } from './fail-clearly';
import { seedDemoData } from '../demo/data';
import { guide } from './guide';
import { originOf } from './http';
import { killEverything } from './launch';
import { servicesLeftOut } from './options';
import { createSupervisor } from './processes';
import { say } from './progress';
import { refuseIfTaken, startEngine, startServices, untilReady, withRealPorts } from './stack';

/** npm, a terminal and engine/run.mjs each pass on one and the same Ctrl-C. */
const SAME_SIGNAL_WITHIN_MS = 1_000;

const supervisor = createSupervisor(say);

async function main(): Promise<void> {
  // Whatever is written, logs and databases too, is for us alone.
  process.umask(0o077);
  const began = performance.now();
  const config = await withRealPorts(process.env);
  const without = servicesLeftOut(process.argv.slice(2), config.without);
  if (config.production)
    throw new ClearError('npm start is for development: in production each process runs alone.');
  await refuseIfTaken(config);

  const services = without.length === 0 ? '' : ` without ${without.join(', ')}`;
  say(`Haru starts${services} on Node ${process.versions.node}; data in ${config.home}.`);
  await startEngine(config, supervisor, say);
  await startServices(config, without, process.env, supervisor, say);
  const origin = originOf(config);
  await untilReady(origin, supervisor);
  say(`Ready after ${((performance.now() - began) / 1_000).toFixed(1)} s.`);

  await seedDemoData(origin, without, say);
  say(await guide(config, origin, without));
}

let asked: number | undefined;

function onSignal(signal: NodeJS.Signals): void {
  if (asked !== undefined && performance.now() - asked < SAME_SIGNAL_WITHIN_MS) return;
  if (asked !== undefined) {
    killEverything();
    process.exit(130);
  }
  asked = performance.now();
  say(`\nStopping (${signal === 'SIGINT' ? 'Ctrl-C again kills at once' : signal}) …`);
  void stopAll(0);
}

async function stopAll(code: number): Promise<void> {
  const began = performance.now();
  await supervisor.stop();
  // What was still on its way up: a Go build, an initdb, a server not yet answering.
  killEverything();
  if (supervisor.kept() > 0) say(`Stopped after ${((performance.now() - began) / 1_000).toFixed(1)} s.`);
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

main().catch(async (error: unknown) => {
  if (supervisor.stopping()) return;
  console.error(error instanceof ClearError ? error.message : error);
  await stopAll(1).catch(endWith);
});
