const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');

/** So many lines of a failure are told once more at the end of a whole run. */
const LINES = 8;

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** The failed tests of a file, each with the first lines of why; or why the file could not be run. */
function failuresOf({ testFilePath, testResults, testExecError, failureMessage }) {
  const file = relative(process.cwd(), testFilePath);
  const told = (name, message) =>
    [name, ...message.replace(COLOURS, '').split('\n').slice(0, LINES)].join('\n    ');
  const failed = testResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return testExecError ? [told(file, failureMessage ?? '')] : [];
  return failed.map(({ fullName, failureMessages }) =>
    told(`${file}: ${fullName}`, failureMessages[0] ?? ''),
  );
}

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
    const failures = testResults.flatMap(failuresOf);
    const { TEST_REPORT } = process.env;
    if (TEST_REPORT) {
      writeFileSync(TEST_REPORT, JSON.stringify({ seconds, skipped, failures, passed, failed, total }));
      return;
    }
    const lines = seconds.map(([time, file]) => `${time.toFixed(1).padStart(8)} s  ${file}`);
    const leftOut = skipped.map((name) => `skipped: ${name}`);
    process.stderr.write(['', 'Seconds by file:', ...lines, ...leftOut, ''].join('\n'));
  }
};
