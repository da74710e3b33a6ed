import { say } from '../../engine/progress';
import { writePerformance } from '../charts/page';
import { asText, tablesOf } from './table';
import { measureWhole, type WholeOptions } from './whole';

/** All variants, crowds, reads and layers: tables with the bars, the same as JSON, and the page with its charts. */
export async function benchSpeed(options: WholeOptions): Promise<void> {
  const figures = await measureWhole(options);
  const tables = tablesOf(figures, options);
  for (const table of tables) say(asText(table));
  say(JSON.stringify({ wanted: options, ...figures }));
  if (options.writeDocs)
    for (const file of writePerformance(figures, options, tables)) say(`Written: ${file}`);
}
