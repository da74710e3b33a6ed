import { stalePackages } from '../../engine/installed.mjs';

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
