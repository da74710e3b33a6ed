import { ClearError } from '../engine/fail-clearly';
import { config } from '../config';
import { heal, moneyDrill } from './money';
import { drillOptions } from './options';
import { report } from './report';
import { killEverything } from '../engine/launch';
import { say } from '../engine/progress';

/** npm, a terminal and engine/run.mjs each pass on one and the same Ctrl-C. */
const SAME_SIGNAL_WITHIN_MS = 1_000;

const enough = new AbortController();
let asked: number | undefined;

async function main(): Promise<void> {
  const options = drillOptions(process.argv.slice(2));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const drill = await moneyDrill(config, process.env, options, say, enough.signal);
  say(report(drill));
  process.exitCode = drill.breaches.length === 0 ? 0 : 1;
}

/** The storm ends and is judged so far; asked again, the provider is healed, and nothing is judged. */
function stop(): void {
  if (asked !== undefined && performance.now() - asked < SAME_SIGNAL_WITHIN_MS) return;
  const again = asked !== undefined;
  asked = performance.now();
  if (!again) {
    say('\nThe storm ends here; Ctrl-C again heals the provider and stops at once.');
    enough.abort();
    return;
  }
  void heal(config)
    .catch((error: unknown) => say(`The provider could not be healed: ${String(error)}`))
    .finally(() => {
      killEverything();
      process.exit(130);
    });
}

main().catch((error: unknown) => {
  console.error(error instanceof ClearError ? error.message : error);
  process.exitCode = 1;
});
