import type { Api } from '../endpoint';
import { lagsOf } from '../events/lag';
import type { Readiness } from '../health/checks';
import type { PageList } from '../page-list';
import { shared } from '../shared';
import { auditRoutes } from './audits';
import { customerRoutes } from './customers';
import { ledgerRoutes } from './ledger';
import { logRoutes } from './log';
import { overviewRoutes } from './overview';
import { sagaRoutes } from './sagas';
import { searchRoutes } from './search';
import { withdrawalRoutes } from './withdrawals';

/** What operators read of everything, and what they did. */
export function operationsRoutes(api: Api, lists: readonly PageList[], ask: () => Promise<Readiness>): void {
  overviewRoutes(
    api,
    ask,
    shared(() => lagsOf(api.deps.databases)),
  );
  searchRoutes(api);
  customerRoutes(api, lists);
  sagaRoutes(api);
  ledgerRoutes(api);
  auditRoutes(api);
  logRoutes(api);
  withdrawalRoutes(api);
}
