import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../root';
import { type Bug, BUGS } from './bugs';

interface Report {
  success: boolean;
  testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
}

/**
 * `npm run planted`: applies each bug of the list in a scratch copy, one at a time, and runs the tests that must then
 * fail. Ends with 1 when one is not caught. `npm run planted -- refund` plants those whose name has that word.
 */
async function main(words: readonly string[]): Promise<void> {
  const bugs = BUGS.filter(({ name }) => words.every((word) => name.includes(word)));
  const copy = mkdtempSync(join(tmpdir(), 'haru-planted-'));
  git('worktree', 'add', '--detach', copy, 'HEAD');
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  try {
    let missed = 0;
    for (const bug of bugs) {
      const began = Date.now();
      const caught = await caughtIn(copy, bug);
      if (caught.length === 0) missed++;
      const seconds = Math.round((Date.now() - began) / 1_000);
      console.log(`${caught.length > 0 ? 'caught' : 'MISSED'}  ${bug.name} (${seconds} s)`);
      for (const name of caught.slice(0, 3)) console.log(`          ${name}`);
      if (caught.length > 3) console.log(`          and ${caught.length - 3} more`);
    }
    console.log(`${bugs.length - missed} of ${bugs.length} caught`);
    process.exitCode = missed === 0 ? 0 : 1;
  } finally {
    git('worktree', 'remove', '--force', copy);
    rmSync(copy, { recursive: true, force: true });
  }
}

/** @returns the names of the tests that fail with the bug */
async function caughtIn(copy: string, { file, find, replace, caughtBy }: Bug): Promise<string[]> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(find).length !== 2) throw new Error(`${file} does not have this once: ${find}`);
  // By a function: "$" in the text means itself.
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    const report = join(copy, 'planted.json');
    await jest(copy, [...caughtBy, '--json', `--outputFile=${report}`]);
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    return testResults.flatMap(({ message, assertionResults }) => {
      const failed = assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => fullName);
      // A law that is broken when a stack stops fails the file, not a test.
      const law = /What must always hold does not:\n(.+)/.exec(message)?.[1];
      return failed.length === 0 && law !== undefined ? [`at the end: ${law}`] : failed;
    });
  } finally {
    writeFileSync(path, source);
  }
}

function jest(cwd: string, args: readonly string[]): Promise<void> {
  const bin = join(cwd, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: 'ignore' });
  return new Promise((resolve) => child.on('exit', () => resolve()));
}

function git(...args: string[]): void {
  const { status, stderr } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

void main(process.argv.slice(2));
