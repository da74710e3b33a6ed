import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Shop } from './shop';
import { createSteps, type Order, poolOf, type Steps } from './steps';
import type { Variant } from './variant';

let steps: Steps;

/** As DBOS documents it: the workflow's start, each step's end and its own end are rows in the same PostgreSQL. */
const booking = DBOS.registerWorkflow(
  async (order: Order): Promise<void> => {
    await DBOS.runStep(() => steps.hold(order), { name: 'hold' });
    try {
      await DBOS.runStep(() => steps.charge(order), { name: 'charge' });
    } catch (error) {
      await DBOS.runStep(() => steps.free(order), { name: 'free' });
      throw error;
    }
    await DBOS.runStep(() => steps.confirm(order), { name: 'confirm' });
  },
  { name: 'booking' },
);

/** A library in the application's own process: there is no engine to go to and fro. */
export const dbos = (shop: Shop): Variant => ({
  name: 'DBOS',
  what: 'the same steps as a DBOS workflow, its records in the same PostgreSQL, in one process',
  start: () =>
    shop.start(async ({ databaseUrl, providerUrl }) => {
      const pool = poolOf(databaseUrl);
      steps = createSteps(pool, providerUrl);
      DBOS.setConfig({
        name: 'bench',
        systemDatabaseUrl: databaseUrl.replace(/haru$/, 'haru_dbos'),
        systemDatabasePoolSize: 20,
        logLevel: 'error',
        applicationVersion: 'bench',
      });
      await DBOS.launch();
      return {
        book: (order) => DBOS.withNextWorkflowID(order.id, () => booking(order)),
        stop: async () => {
          await DBOS.shutdown();
          await pool.end();
        },
      };
    }),
});
