/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.haru/'],
  transform: {
    '^.+\\.[mc]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // Imported when they are needed, and therefore by the names that they have once compiled.
  moduleNameMapper: {
    '(.*/(provider-stripe|stripe-webhook|(activities|api|invariants)/[a-z/]+))\\.js$': '$1',
  },
  // These ship ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(@platformatic|jose|request-filtering-agent)/)'],
  globalSetup: '<rootDir>/tests/global-setup.ts',
  globalTeardown: '<rootDir>/tests/global-teardown.ts',
  setupFiles: ['<rootDir>/tests/worker-postgres.ts'],
  testSequencer: '<rootDir>/tests/sequencer.js',
  // Each file runs a whole Haru of four processes or more.
  maxWorkers: 2,
  // Such tests wait more than they compute.
  maxConcurrency: 20,
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/tests/reporter.js'],
};
