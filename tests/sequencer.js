const Sequencer = require('@jest/test-sequencer').default;
const { ALONE, SWEEPS } = require('../jest.config.js').globals;

/** What has the machine to itself (tests/turn.ts) comes after the rest, and the sweeps come last: nothing waits for them. */
module.exports = class extends Sequencer {
  sort(tests) {
    const place = ({ path }) => (new RegExp(SWEEPS).test(path) ? 2 : new RegExp(ALONE).test(path) ? 1 : 0);
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
};
