const Sequencer = require('@jest/test-sequencer').default;

/** What keeps the machine busy comes first; races, which want it for themselves, come last, beside small files. */
const FIRST = [
  'sagas/sagas',
  'kafka/kafka',
  'events/ordering',
  'pairs/pairs',
  'faults/outages',
  'faults/crashes',
];

const rank = ({ path }) => {
  const at = FIRST.findIndex((name) => path.endsWith(`/tests/${name}.test.ts`));
  return at < 0 ? FIRST.length : at;
};

/** The same order on every machine and in every run: first those, then the others by name. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }
};
