import { say, withProgress } from '../../engine/progress';
import { type LagFigures, type LagOptions, measureLag } from './measure';
import { measureNotify, type NotifyFigures } from './notify';
import { startStack } from './stack';

const GOAL = { p50: 50, p99: 500 };

/** How long from a commit to the page, and what waking the readers costs the writers. */
export async function benchLag(options: LagOptions): Promise<void> {
  const stack = await withProgress('PostgreSQL and a relay start', startStack, say);
  try {
    const words = `${options.rate} events a second for ${options.seconds} s`;
    const { url } = stack;
    const lag = await withProgress(words, () => measureLag(url, options), say);
    const notify = await withProgress('16 writers, with and without NOTIFY', () => measureNotify(url), say);
    say(table(lag, notify));
    say(JSON.stringify({ wanted: options, lag, notify }));
  } finally {
    await stack.stop();
  }
}

function table(
  { events, rate, fromCommit, fromMaking, lookedEvery }: LagFigures,
  notify: NotifyFigures,
): string {
  const within = fromCommit.p50 < GOAL.p50 && fromCommit.p99 < GOAL.p99;
  const line = (name: string, ...cells: (string | number)[]) =>
    name.padEnd(34) + cells.map((cell) => String(cell).padStart(9)).join('');
  return [
    '',
    `${events} events told at ${rate} a second; the view was looked at every ${lookedEvery} ms.`,
    line('lag, ms', 'p50', 'p99', 'max'),
    line('  from commit to the page', fromCommit.p50, fromCommit.p99, fromCommit.max),
    line('  from making, within its commit', fromMaking.p50, fromMaking.p99, fromMaking.max),
    `Goal: p50 below ${GOAL.p50} ms, p99 below ${GOAL.p99} ms: ${within ? 'met' : 'MISSED'}.`,
    '',
    line('16 writers, events a second', 'NOTIFY', 'without', 'cost'),
    line('', notify.withNotify, notify.withoutNotify, `${notify.costs} %`),
    '',
  ].join('\n');
}
