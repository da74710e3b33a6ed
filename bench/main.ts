import { ClearError } from '../engine/fail-clearly';
import { killEverything } from '../engine/launch';
import { say } from '../engine/progress';
import { costTable, measureCost } from './cost/cost';
import { measurePage, measureRest } from './cost/page';
import { benchLag } from './lag/lag';
import { benchOptions } from './options';

/**
 * `npm run bench -- all`: Haru against other ways to book, a crowd, reads and layers, with the bars; some ten minutes.
 * `npm run bench -- growth`: what a booking costs with ever more open workflows and rows, on both servers of Temporal.
 * `npm run bench -- lag`: how long from a commit to the page, and what waking the readers costs the writers.
 * `npm run bench -- cost`: what a booking costs in statements, commits and CPU, also against another commit.
 * `npm run bench -- me`, `npm run bench -- rest`: the customer's page, and a Haru that nobody asks, likewise.
 * Each ends with a table and the same as JSON.
 */
async function main(): Promise<void> {
  const options = benchOptions(process.argv.slice(2));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      killEverything();
      process.exit(130);
    });
  // Other ways to book are loaded where they are compared.
  if (options.bench === 'all') return (await import('./speed/speed.js')).benchSpeed(options);
  if (options.bench === 'growth') return (await import('./growth/growth.js')).benchGrowth(options);
  if (options.bench === 'lag') return benchLag(options);
  const [what, measure] = KINDS[options.bench];
  const costs = await measure(options);
  say(costTable(costs, options, what));
  say(JSON.stringify({ wanted: options, costs }));
}

const KINDS = {
  cost: ["Bookings over HTTP with everything on, counted as each booking's share", measureCost],
  me: ['GET /v1/me', measurePage],
  rest: ['Nobody asks for anything', measureRest],
} as const;

main().catch((error: unknown) => {
  console.error(error instanceof ClearError ? error.message : error);
  killEverything();
  process.exitCode = 1;
});
