const Sequencer = require('@jest/test-sequencer').default;

/**
 * What keeps the machine busy comes first; the races of the first lane, which want it for themselves, come last, beside
 * deadlines and messages, which mostly wait.
 */
const FIRST = [
  'sagas/sagas',
  'faults/outages',
  'faults/crashes',
  'faults/terminated-steps',
  'sagas',
  'restore',
  'kafka/kafka',
  'events',
  'pairs',
  'examples',
  'health',
  'histories',
  'invariants',
  'upgrade',
  'views',
];

const rank = ({ path }) => {
  const at = FIRST.findIndex(
    (name) => path.includes(`/tests/${name}/`) || path.endsWith(`/tests/${name}.test.ts`),
  );
  return at < 0 ? FIRST.length : at;
};

/** The same order on every machine and in every run: first those, then the others by name. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }
};
