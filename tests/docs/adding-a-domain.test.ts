import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, compiled } from '../../engine/compile.mjs';
import { ROOT } from '../../root';
import { disorder } from '../workflows/names';
import type { Lent } from './lend-umbrella';
import { blocksOf, write } from './page';

const TEXT = readFileSync(join(ROOT, 'docs', 'adding-a-domain.md'), 'utf8');
const PAGE = blocksOf(TEXT);
const SCRIPTS = [
  'psp/main.ts',
  'api/main.ts',
  'workers/main.ts',
  'operations/audit.ts',
  'tests/docs/lend-umbrella.ts',
];
/** Neither needed nor small. */
const LEFT_OUT =
  /^(node_modules|dist|console|docs|examples|bench|\.git|\.haru|tests\/(histories|upgrade))(\/|$)/;

/** Of the whole product: some 15 s of one processor. */
const TYPES_WITHIN_MS = 240_000;

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'haru-umbrella-'));
  cpSync(ROOT, copy, {
    recursive: true,
    filter: (source) => !LEFT_OUT.test(source.slice(ROOT.length + 1).replaceAll('\\', '/')),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  write(copy, PAGE);
});
afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** With what Jest gives this file for its environment. @returns the exit code, and what was written */
const run = (args: readonly string[]) =>
  new Promise<{ code: number | string; output: string }>((resolve) => {
    execFile(process.execPath, [...args], { cwd: copy, env: process.env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: error ? stdout + stderr : stdout });
    });
  });

test('the page takes ten steps, and touches three files that others share', () => {
  expect([...TEXT.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  const shared = new Set(PAGE.filter(({ language }) => language === 'diff').map(({ path }) => path));
  expect([...shared]).toEqual(['domains.ts', 'workflows/index.ts', 'manifests/all.ts']);
  const own = PAGE.filter(({ language }) => language !== 'diff').map(({ path }) => path);
  expect(own.filter((path) => !path.includes('umbrella'))).toEqual([]);
});

test('its files have the names that every domain has', () => {
  const names = PAGE.map(({ path }) => path).filter((path) => path.includes('/umbrella/'));
  expect(disorder(names, ['umbrella'], [])).toEqual([]);
});

test('an umbrella is lent, once, and brought back, and every law holds', async () => {
  compile(copy, SCRIPTS);
  const { code, output } = await run(compiled(copy, 'tests/docs/lend-umbrella.ts'));
  if (code !== 0) throw new Error(output);
  const { lent, taken, returned, again, steps, told, audit } = JSON.parse(output) as Lent;
  expect(lent).toMatchObject({ status: 201, body: { status: 'LENT', price: 1_000 } });
  expect(taken).toMatchObject({ status: 409, body: { code: 'umbrella-taken' } });
  expect(returned).toMatchObject({ status: 200, body: { status: 'RETURNED', station: 'Seoul Station' } });
  expect(again).toMatchObject({ status: 409, body: { code: 'already-returned' } });
  expect(steps).toEqual([
    'hold the umbrella DONE',
    'charge DONE',
    'confirm DONE',
    'wait for the return DONE',
    'take it back DONE',
  ]);
  expect(told).toEqual(['umbrella.held', 'umbrella.lent', 'umbrella.returned']);
  expect(audit).toMatchObject({ code: 0, output: expect.stringMatching(/^\d+ hold, 0 broken$/m) as string });
});

test(
  'its blocks are a domain whose types are right',
  async () => {
    // What is not reached by these has not changed.
    const files = ['workflows/index.ts', 'migrations/main.ts', ...SCRIPTS];
    writeFileSync(
      join(copy, 'tsconfig.page.json'),
      JSON.stringify({ extends: './tsconfig.json', include: [], files }),
    );
    const tsc = join(copy, 'node_modules', 'typescript', 'bin', 'tsc');
    expect(await run([tsc, '--noEmit', '-p', 'tsconfig.page.json'])).toEqual({ code: 0, output: '' });
  },
  TYPES_WITHIN_MS,
);
