// The long versions, alone and one after the other: npm run test:full, or some of them: npm run test:full -- ordering.
process.env.TEST_EXTENT = 'full';
process.env.SAGAS_ON = 'postgres';
const config = require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...config,
  testMatch: [
    '<rootDir>/tests/engine/production-server.test.ts',
    '<rootDir>/tests/events/{frozen,ordering}.test.ts',
    '<rootDir>/tests/faults/{drill,provider-unreliable,refund-plan}.test.ts',
    '<rootDir>/tests/journeys/course-search.test.ts',
    '<rootDir>/tests/kafka/kafka.test.ts',
    '<rootDir>/tests/sagas/sagas.test.ts',
    '<rootDir>/tests/races/{cancel-or-collect,food,seats}.test.ts',
  ],
  maxWorkers: 1,
  testTimeout: 6 * 3_600_000,
};
