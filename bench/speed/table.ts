import type { Cost, Costs } from '../turns';
import { type Bar, barsOf, verdictOf } from './bars';
import type { Figures, WholeOptions } from './whole';

export interface Table {
  title: string;
  head: string[];
  rows: string[][];
}

/** What is shown of all that is counted, by a row each. */
const ROWS = [
  'booked a second',
  'booked, % of answers',
  'p50, ms',
  'p99, ms',
  'CPU, ms',
  'statements',
  'commits',
];

/** All of a run as tables: for the terminal, and for docs/performance.md. */
export function tablesOf(figures: Figures, { clients, seconds, rounds }: WholeOptions): Table[] {
  const { costs, crowds, reads, layers } = figures;
  const names = Object.keys(costs);
  const each = `${seconds} s each, medians of ${rounds} rounds in turns`;
  return [
    {
      title: 'Bars',
      head: ['bar', 'is', 'floor', 'aim', 'verdict'],
      rows: barsOf(figures).map(barRow),
    },
    ...clients.map((many) => ({
      title: `${many === 1 ? 'One customer' : `${many} customers at once`}, ${each}`,
      head: ['', ...names],
      rows: rowsOf(names.map((name) => costs[name]?.[many] ?? {})),
    })),
    ...['heeding', 'siege'].map((kind) => crowdTable(kind, crowds)),
    {
      title: 'One booking read by 30 customers at once; the same bytes from bare Express',
      head: ['', ...Object.keys(reads)],
      rows: columnsOf(Object.values(reads).map((read) => Object.values(read)[0] ?? {})),
    },
    {
      title: 'Where the time of one booking alone goes, ms',
      head: ['layer', 'ms'],
      rows: Object.entries(layers).map(([layer, ms]) => [layer, String(ms)]),
    },
  ];
}

const barRow = (bar: Bar): string[] => {
  const sign = bar.atMost ? '≤' : '≥';
  const aim = bar.aim === undefined ? '' : `${sign} ${bar.aim}`;
  return [bar.name, String(bar.value), `${sign} ${bar.floor}`, aim, verdictOf(bar)];
};

/** Those of ROWS, then CPU by process, then the length of the history. */
function rowsOf(columns: readonly Cost[]): string[][] {
  const processes = [...new Set(columns.flatMap(Object.keys))].filter((what) => what.startsWith('CPU: '));
  const shown = [...ROWS, ...processes.sort(), 'events in its history'];
  return columnsOf(columns, shown);
}

function columnsOf(
  columns: readonly Cost[],
  shown: readonly string[] = [...new Set(columns.flatMap(Object.keys))],
): string[][] {
  return shown.map((what) => [what, ...columns.map((column) => String(column[what] ?? '–'))]);
}

const CROWDS: Record<string, string> = {
  heeding: '100 customers who heed Retry-After',
  siege: '100 customers who ask again at once, the provider at 400–620 ms (the seed served 63.55 %)',
};

function crowdTable(kind: string, crowds: Costs): Table {
  const names = Object.keys(crowds).filter((name) => crowds[name]?.[kind] !== undefined);
  return {
    title: CROWDS[kind] ?? kind,
    head: ['', ...names],
    rows: columnsOf(names.map((name) => crowds[name]?.[kind] ?? {})),
  };
}

/** For a terminal. */
export function asText({ title, head, rows }: Table): string {
  const width = (at: number) => Math.max(...[head, ...rows].map((row) => (row[at] ?? '').length));
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(width(0)) : cell.padStart(width(at) + 3))).join('');
  return ['', title, ...[head, ...rows].map(line)].join('\n');
}

/** For a page. */
export function asMarkdown({ title, head, rows }: Table): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const rule = line(head.map((_, at) => (at === 0 ? '---' : '--:')));
  return [`### ${title}`, '', line(head), rule, ...rows.map(line), ''].join('\n');
}
