import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '../config';
import { say } from '../engine/progress';
import { resolveTemporal } from '../engine/temporal';
import { ROOT } from '../root';
import { resolveTimeSkipping } from '../tools/time-skipping';

/**
 * Files of the second lane: they start no stack, or none that must serve many customers at once within the product's
 * limits. Regular expressions on paths.
 */
const SECOND_LANE = [
  '/tests/(api|bench|deadlines|engine|events|examples|histories|invariants|kafka|ledger|notification)/',
  '/tests/(health|pairs|provider|provider-contract|restore|sagas|upgrade|views|workflows)/',
  '/tests/(migrations|contract/bad-input|live/crowd|journeys/courses)',
  `^${ROOT}/workflows/`,
];

/** A file's process goes on with the next file while it is smaller: in a large one each collection of garbage stalls all. */
const WORKER_MEMORY = '700MB';

/** What tests/reporter.js leaves of a lane. */
interface Report {
  /** Lines about files and skipped tests. */
  seconds: [seconds: number, file: string][];
  skipped: string[];
  failures: string[];
  passed: number;
  failed: number;
  total: number;
}

/**
 * `npm test`: all tests in two lanes, in each one file after the other. Files whose stacks are busy are all in the first
 * lane: two of them side by side would be late for want of a core. With patterns or options it is Jest as it is.
 */
async function main(args: readonly string[]): Promise<void> {
  if (args.some((arg) => arg !== '--ci')) {
    process.exitCode = await jest(args);
    return;
  }
  // On a new machine, once: each lane would build the server for itself, at the same time.
  await Promise.all([
    resolveTemporal({ cache: config.cache, say }),
    resolveTimeSkipping({ cache: config.cache, say }),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'haru-tests-'));
  const lane = (number: number, choice: readonly string[]) =>
    jest([...args, '--maxWorkers=1', `--workerIdleMemoryLimit=${WORKER_MEMORY}`, ...choice], {
      TEST_LANE: String(number),
      TEST_REPORT: join(folder, `${number}.json`),
    });
  const ignored = ['/node_modules/', '/.haru/', ...SECOND_LANE];
  const codes = await Promise.all([
    lane(1, ['--testPathIgnorePatterns', ...ignored]),
    lane(2, ['--testPathPatterns', ...SECOND_LANE]),
  ]);
  const reports = [1, 2].flatMap((number) => reportIn(join(folder, `${number}.json`)) ?? []);
  rmSync(folder, { recursive: true });
  console.log(summary(reports));
  process.exitCode = reports.length === codes.length ? Math.max(...codes) : 1;
}

/** @returns its exit code */
function jest(args: readonly string[], lane?: Record<string, string>): Promise<number> {
  const bin = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...lane },
    // Two cannot draw on one terminal.
    stdio: lane ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });
  // Ctrl-C reaches Jest as well: it ends what it has started.
  process.on('SIGINT', () => undefined);
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

function reportIn(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    // That lane did not come to its end.
    return undefined;
  }
}

function summary(reports: readonly Report[]): string {
  const sum = (count: (report: Report) => number) =>
    reports.reduce((total, report) => total + count(report), 0);
  const skipped = reports.flatMap((report) => report.skipped);
  const counts = [
    [sum(({ failed }) => failed), 'failed'],
    [skipped.length, 'skipped'],
    [sum(({ passed }) => passed), 'passed'],
    [sum(({ total }) => total), 'total'],
  ] as const;
  return [
    '',
    'Seconds by file:',
    ...reports
      .flatMap(({ seconds }) => seconds)
      .sort(([a], [b]) => b - a)
      .map(([seconds, file]) => `${seconds.toFixed(1).padStart(8)} s  ${file}`),
    ...skipped.map((name) => `skipped: ${name}`),
    ...reports.flatMap(({ failures }) => failures).map((failure) => `\nfailed: ${failure}`),
    '',
    `Tests:       ${counts
      .filter(([count]) => count > 0)
      .map(([count, name]) => `${count} ${name}`)
      .join(', ')}`,
  ].join('\n');
}

void main(process.argv.slice(2));
