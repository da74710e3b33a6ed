import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DOMAINS, SERVICES } from '../../config';
import { ROOT } from '../../root';
import { disorder, LAYERS } from './names';

/** The one list of the workflows, which the engine's bundler asks for by this name. */
const EXCEPT = ['workflows/index.ts'];

const PLAIN = DOMAINS.filter((domain) => !SERVICES.some((service) => service === domain));
const REAL = LAYERS.flatMap((layer) =>
  readdirSync(join(ROOT, layer), { recursive: true, encoding: 'utf8' })
    .map((name) => `${layer}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.(ts|sql)$/.test(name) && !EXCEPT.includes(name)),
);

test('a domain has the same file names in every layer', () => {
  expect(REAL.length).toBeGreaterThan(20);
  expect(disorder(REAL, SERVICES, PLAIN)).toEqual([]);
});

const TRAM = [
  'workflows/tram/contract.ts',
  'workflows/tram/messages.ts',
  'workflows/tram/policy.ts',
  'workflows/tram/ride-tram.ts',
  'workflows/tram/steps.ts',
  'activities/tram/activities.ts',
  'activities/tram/events.ts',
  'activities/tram/recovery.ts',
  'activities/tram/repository.ts',
  'migrations/tram/001_trams.sql',
  'api/tram/problems.ts',
  'api/tram/routes.ts',
];
const withTram = (files: string[]) => disorder([...REAL, ...files], [...SERVICES, 'tram'], PLAIN);

test('a domain that is complete fits in', () => {
  expect(withTram(TRAM)).toEqual([]);
});

test.each(TRAM.filter((file) => file !== 'workflows/tram/ride-tram.ts'))(
  'control: without %s it does not',
  (file) => {
    const rest = TRAM.filter((name) => name !== file);
    // With its only file there gone, a domain has no API: that is allowed, a differently named file is not.
    expect(withTram([...rest, file.replace(/\.(ts|sql)$/, 'Things.$1')])).toHaveLength(1);
  },
);

test('control: a domain that is no service, and a name that says nothing, are seen', () => {
  expect(disorder([...REAL, ...TRAM], SERVICES, PLAIN)).toEqual(['tram is no service']);
  expect(withTram([...TRAM, 'activities/tram/tram-helpers.ts'])).toEqual([
    'activities/tram/tram-helpers.ts says nothing',
  ]);
});

const GUIDE = [
  'activities/guide/events.ts',
  'activities/guide/repository.ts',
  'migrations/guide/001_guides.sql',
  'api/guide/problems.ts',
  'api/guide/routes.ts',
];
const withGuide = (files: string[]) => disorder([...REAL, ...files], SERVICES, [...PLAIN, 'guide']);

test('a domain without a workflow needs no more than its events, repository, migrations and routes', () => {
  expect(withGuide(GUIDE)).toEqual([]);
  for (const file of GUIDE) expect(withGuide(GUIDE.filter((name) => name !== file))).toHaveLength(1);
  expect(withGuide([...GUIDE, 'workflows/guide/contract.ts'])).toEqual([
    'guide has a workflow, and no queue',
  ]);
});
