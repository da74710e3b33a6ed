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
  // These ship ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(jose|request-filtering-agent)/)'],
  globalSetup: '<rootDir>/tests/global-setup.ts',
  globalTeardown: '<rootDir>/tests/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/tests/exclusive.ts'],
  testSequencer: '<rootDir>/tests/sequencer.js',
  globals: {
    // What goes by moments, or measures.
    ALONE:
      '/tests/sagas/|/(crowd|course-search|races/seats|vehicle-breakers|faults/crashes|faults/provider-down|temporal-away|locked-table|cancel-or-collect)\\.test\\.ts$',
  },
  // Each file runs a whole system of processes; two cores hold two that wait more than they work (tests/exclusive.ts).
  maxWorkers: 2,
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/tests/reporter.js'],
};
