import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { workflowBundle } from '../../workers/bundle';

/** Every workflow's first task loads the whole bundle, so that its size is paid for each time. */
const MOST_BYTES = 700_000;

/** All that a workflow may be made of besides our own code. */
const PACKAGES = ['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc'];

interface SourceMap {
  sources: string[];
}

let code: string;
let sources: string[];
beforeAll(async () => {
  const bundle = readFileSync(await workflowBundle(process.env.TEST_HOME ?? ''), 'utf8');
  const [before, encoded] = bundle.split(/^\/\/# sourceMappingURL=data:application\/json[^,]*;base64,/m);
  if (before === undefined || encoded === undefined) throw new Error('the bundle has no source map');
  code = before;
  sources = (JSON.parse(Buffer.from(encoded, 'base64').toString()) as SourceMap).sources;
});

const packageOf = (source: string) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];

test('the workflows are made of our own code and the engine alone', () => {
  const packages = new Set(sources.map(packageOf).filter((name) => name !== undefined));
  expect([...packages].sort()).toEqual(PACKAGES);
});

test.each(['zod', 'knex', 'pg', 'express', 'pino', 'cockatiel', 'jose'])('there is no %s in them', (name) => {
  expect(sources.map(packageOf)).not.toContain(name);
});

test('no module of Node is called for', () => {
  const wanted = [...code.matchAll(/\b(?:require|import)\(\s*["']([^"']+)["']\s*\)/g)].map(
    ([, name]) => name ?? '',
  );
  expect(wanted.filter((name) => isBuiltin(name))).toEqual([]);
  expect(sources.filter((source) => isBuiltin(source) || source.startsWith('external '))).toEqual([]);
});

test('of our own code there are workflows only: no step, no SQL, no schema of a request', () => {
  const ours = sources.filter((source) => source.endsWith('.ts') && packageOf(source) === undefined);
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.filter((source) => !source.includes('/workflows/'))).toEqual([]);
});

test(`the bundle is smaller than ${MOST_BYTES} bytes`, () => {
  expect(Buffer.byteLength(code)).toBeLessThan(MOST_BYTES);
});
