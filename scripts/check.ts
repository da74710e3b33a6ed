import '../engine/fail-clearly';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../root';

const FOLDERS = [
  'activities',
  'api',
  'bench',
  'demo',
  'drill',
  'engine',
  'events',
  'examples',
  'invariants',
  'manifests',
  'migrations',
  'operations',
  'psp',
  'scripts',
  'tools',
  'views',
  'workers',
  'workflows',
  'tests',
];

interface Check {
  name: string;
  tool: string;
  args: string[];
}

/** Side by side: lint takes as long as all the others. */
const LANES: Check[][] = [
  [{ name: 'lint', tool: 'eslint', args: ['.', '--max-warnings', '0'] }],
  [
    { name: 'types', tool: 'tsc', args: ['--noEmit', '-p', '.'] },
    {
      name: 'layers',
      tool: 'depcruise',
      args: ['--config', '.dependency-cruiser.cjs', 'config.ts', 'domains.ts', ...FOLDERS],
    },
    { name: 'format', tool: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
    { name: 'unused', tool: 'knip', args: [] },
  ],
];

async function main(): Promise<void> {
  const outcomes = (await Promise.all(LANES.map(oneAfterTheOther))).flat();
  const failed = outcomes.filter((ok) => !ok).length;
  console.log(`${outcomes.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** @returns of each whether it passed */
async function oneAfterTheOther(checks: readonly Check[]): Promise<boolean[]> {
  const outcomes: boolean[] = [];
  for (const { name, tool, args } of checks) {
    const began = performance.now();
    const { code, output } = await run(join(ROOT, 'node_modules', '.bin', tool), args);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(7)} ${tool} (${seconds} s)`);
    if (code !== 0) console.log(output.trimEnd());
    outcomes.push(code === 0);
  }
  return outcomes;
}

function run(command: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

void main();
