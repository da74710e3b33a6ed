const Sequencer = require('@jest/test-sequencer').default;
const { ALONE } = require('../jest.config.js').globals;

/** What has the machine to itself (tests/exclusive.ts) comes last: nothing else then waits for it. */
module.exports = class extends Sequencer {
  sort(tests) {
    const alone = ({ path }) => new RegExp(ALONE).test(path);
    const sorted = super.sort(tests);
    return [...sorted.filter((test) => !alone(test)), ...sorted.filter(alone)];
  }
};
