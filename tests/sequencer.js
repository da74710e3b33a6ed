const Sequencer = require('@jest/test-sequencer').default;

/**
 * Those that take longest come first, so that none is left to run alone at the end. Each of the three that keep the
 * machine busy (sagas, outages, crashes) is followed by what mostly waits, which runs beside it.
 */
const FIRST = [
  'sagas/sagas',
  'journeys/parked',
  'faults/refunds',
  'faults/outages',
  'faults/reconciliation',
  'faults/course-crashes',
  'faults/vehicle-breakers',
  'faults/locked-table',
  'faults/provider-down',
  'deadlines/late-ticket',
  'deadlines/order',
  'faults/crashes',
  'deadlines/provider-down',
  'deadlines/long-rental',
  'deadlines/no-show',
  'sagas/reconciliation',
  'kafka/kafka',
  'events/ordering',
  'faults/drill',
  'deadlines/long-history',
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
