const { relative } = require('node:path');

/** After a run: seconds by test file, slowest first, and the name of each test that was left out. */
module.exports = class {
  onRunComplete(_, { testResults }) {
    const lines = testResults
      .map(({ testFilePath, perfStats: { runtime } }) => [
        runtime / 1_000,
        relative(process.cwd(), testFilePath),
      ])
      .sort(([a], [b]) => b - a)
      .map(([seconds, file]) => `${seconds.toFixed(1).padStart(8)} s  ${file}`);
    const leftOut = testResults.flatMap(({ testFilePath, testResults: tests }) =>
      tests
        .filter(({ status }) => !['passed', 'failed'].includes(status))
        .map(({ fullName }) => `skipped: ${relative(process.cwd(), testFilePath)}: ${fullName}`),
    );
    process.stderr.write(['', 'Seconds by file:', ...lines, ...leftOut, ''].join('\n'));
  }
};
