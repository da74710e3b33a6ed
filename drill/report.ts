import { inWords } from './crowd';
import { answers, type Drill } from './money';

const NAMED = 20;

/** What came of a drill, as a table, and every breach, or the first of them. */
export function report(drill: Drill): string {
  const { told, options, laws, breaches, atStormsEnd, settledMs } = drill;
  const seconds = drill.stormMs / 1_000;
  const asked = told.reduce((sum, { heard }) => sum + heard.length, 0);
  const cancels = told.flatMap(({ cancel }) => (cancel ? [cancel] : []));
  const rows: [string, string | number][] = [
    ['customers’ name', `${drill.name}-…`],
    ['seed', options.seed],
    ['charges sent or decided', `${drill.charged} of ${options.charges} wanted`],
    ['requests', `${asked}, ${((100 * drill.charged) / Math.max(asked, 1)).toFixed(1)} % became a charge`],
    ...answers(told).map(([answer, times]): [string, number] => [`  ${answer}`, times]),
    ['cancels', cancels.length],
    ...[...new Set(cancels.map(inWords))].map((words): [string, number] => [
      `  ${words}`,
      cancels.filter((cancel) => inWords(cancel) === words).length,
    ]),
    ['storm', `${seconds.toFixed(1)} s, ${(drill.charged / seconds).toFixed(1)} charges a second`],
    ['workers killed with -9', drill.kills],
    ['at the end of the storm', `${atStormsEnd.inDoubt} in doubt, ${atStormsEnd.unsettled} unsettled`],
    ['settled after healing', settledMs === undefined ? 'no' : `in ${(settledMs / 1_000).toFixed(1)} s`],
    ['laws checked', laws],
    ['breaches', breaches.length],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '',
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    '',
    ...breaches.slice(0, NAMED).map((breach) => `BREACH  ${breach}`),
    ...(breaches.length > NAMED ? [`… and ${breaches.length - NAMED} more`] : []),
    ...(breaches.length === 0 ? ['Not a won is missing.'] : []),
  ].join('\n');
}
