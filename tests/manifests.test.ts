import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DOMAINS } from '../config';
import { manifestOf } from '../manifests/all';
import { ROOT } from '../root';
import { argsOf } from './scripts';

test('each domain has a manifest by its name, and there are no others', () => {
  const files = readdirSync(join(ROOT, 'manifests')).filter((file) => !/^(all|manifest)\.ts$/.test(file));
  expect(files.sort()).toEqual(DOMAINS.map((domain) => `${domain}.ts`).sort());
});

test.each(DOMAINS)('what %s tells and keeps is in its own name', (domain) => {
  const { events, tables, lifecycles = [] } = manifestOf(domain);
  const names = [...Object.keys(events), ...Object.values(tables), ...lifecycles.map(({ table }) => table)];
  expect(names.filter((name) => !name.startsWith(`${domain}.`))).toEqual([]);
});

test.each(['events', 'problems', 'tables', 'wording'] as const)(
  'no name is in the %s of two domains',
  (of) => {
    const names = DOMAINS.flatMap((domain) => Object.keys(manifestOf(domain)[of]));
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
  },
);

test('each service has a worker in docker-compose.yml', async () => {
  await promisify(execFile)(process.execPath, [...argsOf('scripts/compose.ts'), '--check'], { cwd: ROOT });
});
