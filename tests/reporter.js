const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');

/**
 * After a run: seconds by test file, slowest first, and the name of each test that was left out. In a lane of a whole
 * run (tests/main.ts) it leaves them in a file instead, for the one summary of all.
 */
module.exports = class {
  onRunComplete(_, { testResults, numPassedTests: passed, numFailedTests: failed, numTotalTests: total }) {
    const seconds = testResults
      .map(({ testFilePath, perfStats: { runtime } }) => [
        runtime / 1_000,
        relative(process.cwd(), testFilePath),
      ])
      .sort(([a], [b]) => b - a);
    const skipped = testResults.flatMap(({ testFilePath, testResults: tests }) =>
      tests
        .filter(({ status }) => !['passed', 'failed'].includes(status))
        .map(({ fullName }) => `${relative(process.cwd(), testFilePath)}: ${fullName}`),
    );
    const { TEST_REPORT } = process.env;
    if (TEST_REPORT) {
      writeFileSync(TEST_REPORT, JSON.stringify({ seconds, skipped, passed, failed, total }));
      return;
    }
    const lines = seconds.map(([time, file]) => `${time.toFixed(1).padStart(8)} s  ${file}`);
    const leftOut = skipped.map((name) => `skipped: ${name}`);
    process.stderr.write(['', 'Seconds by file:', ...lines, ...leftOut, ''].join('\n'));
  }
};
