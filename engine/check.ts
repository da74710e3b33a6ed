import './fail-clearly';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const FOLDERS = [
  'activities',
  'api',
  'bench',
  'engine',
  'events',
  'examples',
  'migrations',
  'operations',
  'psp',
  'views',
  'workers',
  'workflows',
  'tests',
];

const CHECKS = [
  { name: 'types', tool: 'tsc', args: ['--noEmit', '-p', '.'] },
  { name: 'lint', tool: 'eslint', args: ['.', '--max-warnings', '0'] },
  {
    name: 'layers',
    tool: 'depcruise',
    args: ['--config', '.dependency-cruiser.cjs', 'config.ts', ...FOLDERS],
  },
  { name: 'format', tool: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'unused', tool: 'knip', args: [] },
];

async function main(): Promise<void> {
  let failed = 0;
  for (const { name, tool, args } of CHECKS) {
    const began = performance.now();
    const { code, output } = await run(join(ROOT, 'node_modules', '.bin', tool), args);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(7)} ${tool} (${seconds} s)`);
    if (code !== 0) {
      failed++;
      console.log(output.trimEnd());
    }
  }
  console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
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
