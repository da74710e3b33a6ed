const Sequencer = require('@jest/test-sequencer').default;

/**
 * Those that take longest come first, so that none is left to run alone at the end. Each that keeps the machine busy
 * (sagas, outages, crashes, races) is followed by what mostly waits or is small, which runs beside it.
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
  'races/vehicles',
  'engine/postgres',
  'engine/node',
  'histories/replay',
  'deadlines/due',
  'deadlines/cancel',
  'deadlines/answer-by',
  'races/food',
  'provider/faults',
  'provider/charges',
  'provider-contract/contract',
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
