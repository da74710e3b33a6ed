import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../root';
import { asMarkdown, type Table } from '../speed/table';
import type { Figures, WholeOptions } from '../speed/whole';
import { barChart, cascade } from './bars';
import { lineChart } from './lines';

const CHARTS = join('docs', 'charts');
const PAGE = join('docs', 'performance.md');
const BEGIN = '<!-- measured: npm run bench writes what is between -->';
const END = '<!-- /measured -->';

/** At so many customers CPU is compared, or at the first level that was measured. */
const CPU_AT = 8;

/** Draws the charts and renews what docs/performance.md says was measured. @returns what it has written */
export function writePerformance(
  figures: Figures,
  options: WholeOptions,
  tables: readonly Table[],
): string[] {
  const charts = chartsOf(figures, options);
  mkdirSync(join(ROOT, CHARTS), { recursive: true });
  for (const [name, { svg }] of Object.entries(charts)) writeFileSync(join(ROOT, CHARTS, name), svg);
  const page = join(ROOT, PAGE);
  const measured = [
    runOf(figures, options),
    ...Object.entries(charts).map(([name, { words }]) => `![${words}](charts/${name})`),
    variantsOf(figures),
    ...tables.map(asMarkdown),
  ].join('\n\n');
  writeFileSync(page, replaced(readFileSync(page, 'utf8'), measured));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/prettier/bin/prettier.cjs'), '--write', page]);
  return [...Object.keys(charts).map((name) => join(CHARTS, name)), PAGE];
}

/** The page with other figures. @throws Error when it has no place for them */
export function replaced(page: string, measured: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no place for figures`);
  return `${before}${BEGIN}\n\n${measured}\n\n${END}${after}`;
}

export function chartsOf(
  { costs, layers }: Figures,
  { clients }: Pick<WholeOptions, 'clients'>,
): Record<string, { svg: string; words: string }> {
  const names = Object.keys(costs);
  const at = (name: string, many: number | undefined, what: string) => costs[name]?.[many ?? 0]?.[what];
  const [first] = clients;
  const cpuAt = clients.includes(CPU_AT) ? CPU_AT : first;
  const chart = (words: string, svg: string) => ({ words, svg });
  const cpu = (name: string) =>
    Object.fromEntries(
      Object.entries(costs[name]?.[cpuAt ?? 0] ?? {})
        .filter(([what, ms]) => what.startsWith('CPU: ') && ms > 0)
        .map(([what, ms]) => [what.slice('CPU: '.length), ms]),
    );
  return {
    'throughput.svg': chart(
      'Bookings a second by the number of customers at once',
      lineChart(
        'Bookings a second, on a logarithmic scale',
        'customers at once',
        clients.map(String),
        names.map((name) => ({ name, values: clients.map((many) => at(name, many, 'booked a second')) })),
      ),
    ),
    'alone.svg': chart(
      'Time of one booking alone, by variant',
      barChart(
        `One booking, ${first === 1 ? 'alone' : `${first} at once`}: median`,
        'ms',
        names.map((name) => ({ name, parts: { ms: at(name, first, 'p50, ms') ?? 0 } })),
      ),
    ),
    'cpu.svg': chart(
      'CPU of a booking by process, by variant',
      barChart(
        `CPU of a booking, ${cpuAt} customers at once`,
        'ms',
        names.map((name) => ({ name, parts: cpu(name) })),
      ),
    ),
    'layers.svg': chart(
      'Where the time of one booking alone goes',
      cascade('One booking alone, layer by layer', 'ms', layers),
    ),
  };
}

function runOf({ loadBefore }: Figures, { clients, seconds, rounds, crowdSeconds }: WholeOptions): string {
  const commit = execFileSync('git', ['-C', ROOT, 'rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' });
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB`;
  const extent = `${clients.join(', ')} customers, ${seconds} s each, ${rounds} rounds in turns, crowds for ${crowdSeconds} s`;
  return `Commit ${commit.trim()}, Node ${process.versions.node}, ${machine}, load before it ${loadBefore}; ${extent}.`;
}

const variantsOf = ({ what }: Figures): string =>
  Object.entries(what)
    .map(([name, words]) => `- **${name}**: ${words}`)
    .join('\n');
