// Layers point one way: the comment of each rule says what it keeps apart.
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
  'packages',
  'psp',
  'scripts',
  'tests',
  'tools',
  'views',
  'workers',
  'workflows',
].map((folder) => `^${folder}/`);

/** @param {string[]} allowed patterns of what the layer may reach in this repository besides itself */
const layer = (from, allowed, comment, more = {}) => ({
  name: `${from}-layer`,
  severity: 'error',
  comment,
  from: { path: `^${from}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: ['^config\\.ts$', ...FOLDERS],
    pathNot: [`^${from}/`, ...allowed],
    ...more,
  },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'A module can be loaded without one that needs it. It is no cycle where code is loaded when all is set up.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    {
      name: 'no-cycles-of-types',
      severity: 'error',
      comment:
        'A module can be read, and moved, without one that needs it. Manifests alone name what loops over them.',
      from: { pathNot: '^tests/' },
      to: { circular: true, viaOnly: { pathNot: '^manifests/', dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'no-unknown',
      severity: 'error',
      comment: 'An import that leads nowhere.',
      from: {},
      to: { couldNotResolve: true },
    },
    layer(
      'workflows',
      [],
      'Workflow code is replayed: it reaches nothing but itself, and knows activities by their types alone.',
      { dependencyTypesNot: ['type-only'] },
    ),
    {
      name: 'workflows-packages',
      severity: 'error',
      comment: 'Whatever is in the bundle is loaded for every workflow, and must be deterministic.',
      from: { path: '^workflows/', pathNot: '\\.test\\.ts$' },
      to: {
        dependencyTypesNot: ['type-only'],
        pathNot: ['^node_modules/@temporalio/(workflow|common)/', '^config\\.ts$', ...FOLDERS],
      },
    },
    layer(
      'activities',
      [
        '^config\\.ts$',
        '^events/',
        '^manifests/all\\.ts$',
        '^workflows/[a-z]+/(contract|policy)\\.ts$',
        '^workflows/(services|hire|lifecycle|search-attributes)\\.ts$',
      ],
      'Steps know what a flow promises (its contract), never how it runs.',
    ),
    layer(
      'api',
      [
        '^config\\.ts$',
        '^events/',
        '^manifests/all\\.ts$',
        '^views/',
        '^workflows/[a-z]+/(contract|messages|policy|steps)\\.ts$',
        '^workflows/(services|progress|search-attributes|wording)\\.ts$',
        '^activities/(breaker|database|places)\\.ts$',
        '^invariants/(index|world)\\.ts$',
        '^activities/[a-z]+/(repository|reads|ledger-reads|money-reads|credits|passes|points|reports|stations|parked|wording|contacts|confirmations|deliveries|endpoints|stripe-webhook)\\.ts$',
      ],
      'The API starts flows by their contract and reads rows; it takes no step itself.',
      { dependencyTypesNot: ['type-only'] },
    ),
    layer(
      'workers',
      ['^config\\.ts$', '^manifests/', '^workflows/', '^activities/', '^events/', '^views/'],
      'Wires flows and steps.',
    ),
    layer(
      'invariants',
      [
        '^config\\.ts$',
        '^activities/database\\.ts$',
        '^activities/payment/(provider|keys)',
        '^activities/notification/wording\\.ts$',
        '^manifests/all\\.ts$',
        '^events/',
        '^workflows/[a-z]+/(contract|policy)\\.ts$',
        '^workflows/lifecycle\\.ts$',
      ],
      'Laws read what is on record; they move nothing.',
      { dependencyTypesNot: ['type-only'] },
    ),
    layer(
      'operations',
      [
        '^config\\.ts$',
        '^invariants/',
        '^activities/database\\.ts$',
        '^events/',
        '^views/',
        '^workflows/[a-z]+/(contract|policy)\\.ts$',
      ],
      'What an operator runs reads data and asks the API; it moves nothing itself.',
    ),
    layer(
      'events',
      ['^manifests/all\\.ts$'],
      'Events are what the manifests say; whoever listens hands itself in.',
    ),
    layer(
      'views',
      [
        '^config\\.ts$',
        '^events/',
        '^manifests/all\\.ts$',
        '^activities/[a-z]+/(events|reads)\\.ts$',
        '^workflows/[a-z]+/contract\\.ts$',
      ],
      'Pages are made of events alone.',
    ),
    layer(
      'manifests',
      [
        '^activities/[a-z]+/(events|wording)\\.ts$',
        '^api/([a-z]+/problems|problem-row)\\.ts$',
        '^events/shape\\.ts$',
        '^views/',
        '^workflows/[a-z]+/contract\\.ts$',
      ],
      'Every process loads these: words and tables alone; code comes when it is asked for.',
      { dependencyTypesNot: ['type-only', 'dynamic-import'] },
    ),
    layer('psp', ['^config\\.ts$'], "Another company's system: it shares nothing with ours but its port."),
    layer(
      'examples',
      [
        '^config\\.ts$',
        '^events/',
        '^activities/[a-z]+/events\\.ts$',
        '^migrations/sql-files\\.ts$',
        '^activities/database\\.ts$',
      ],
      'Whoever follows from outside knows events alone.',
    ),
    layer('packages', [], 'A client knows the document of the API alone.'),
    {
      name: 'packages-are-for-clients',
      severity: 'error',
      comment: 'What serves does not depend on what asks.',
      from: { pathNot: '^(packages|demo|tests|bench)/' },
      to: { path: '^packages/' },
    },
    {
      name: 'examples-are-not-known',
      severity: 'error',
      comment: 'Each can be added and removed without one line changed elsewhere.',
      from: { pathNot: '^(examples|tests/examples)/' },
      to: { path: '^examples/' },
    },
    layer('migrations', ['^config\\.ts$', '^activities/database\\.ts$'], 'Schemas stand alone.'),
    {
      name: 'engine-is-a-starter',
      severity: 'error',
      comment: 'In production there is no engine, and nothing beside it.',
      from: { pathNot: '^(engine|tools|demo|drill|scripts|tests|bench)/' },
      to: { path: '^(engine|tools|demo|drill|scripts)/' },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { pathNot: '^(tests|bench)/|\\.test\\.ts$' },
      to: { path: '^tests/|\\.test\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.haru|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
