const Sequencer = require('@jest/test-sequencer').default;

/** Those that take longest, longest first: none of them is left to run alone at the end. */
const LONG = [
  'sagas/sagas',
  // Beside that one, which keeps a core busy, what mostly waits.
  'journeys/parked',
  'faults/refunds',
  'faults/outages',
  'faults/crashes',
  'kafka/kafka',
  'events/ordering',
  'faults/drill',
  'deadlines/long-history',
  'faults/reconciliation',
  'faults/course-crashes',
];

const rank = ({ path }) => {
  const at = LONG.findIndex((name) => path.endsWith(`/tests/${name}.test.ts`));
  return at < 0 ? LONG.length : at;
};

/** The same order on every machine and in every run: first those, then the others by name. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }
};
