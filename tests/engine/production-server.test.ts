import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '../../config';
import { say } from '../../engine/progress';
import { ROOT } from '../../root';
import { onPath } from '../../tools/programs';
import { isBuilt, resolveTemporalServer } from '../../tools/temporal-server';
import { Cinema, ticketIssued } from '../cinema';
import { FULL } from '../extent';
import { bodyOf } from '../test-client';
import { npmStart, type Started } from '../upgrade/npm-start';

const STARTS_WITHIN_MS = 240_000;
const BUILT_WITHIN_MS = 1_200_000;

// It takes minutes to build: `npm run test:full -- production-server` does where there is Go.
const canRun = isBuilt(config.cache) || (FULL && onPath('go') !== undefined);
if (!canRun) say("The test of Temporal's production server is left out: it is built by npm run test:full.");

(canRun ? describe : describe.skip)("on Temporal's server for production, its state in PostgreSQL", () => {
  let home: string;
  let haru: Started | undefined;
  beforeAll(() => resolveTemporalServer({ cache: config.cache, say }), BUILT_WITHIN_MS);
  beforeEach(async () => {
    home ??= mkdtempSync(join(tmpdir(), 'haru-production-'));
    haru = await npmStart({ source: ROOT, home, env: { TEMPORAL_SERVER: 'postgres' } });
  }, STARTS_WITHIN_MS);
  afterEach(() => haru?.stop(), STARTS_WITHIN_MS);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  let open: { customer: string; id: string };
  test('a seat is booked, its ticket issued and the customer found in the engine', async () => {
    const { stack } = haru as Started;
    const customer = await stack.signIn();
    const cinema = await Cinema.open(stack);
    const id = await cinema.booked(customer, ['1A']);
    await ticketIssued(customer, id);
    const { workflow } = await stack.temporal;
    expect(await workflow.count(`HaruCustomer = '${customer.user}'`)).toMatchObject({ count: 1 });
    open = { customer: customer.user, id };
    await stack.stop();
  });

  test('started again it goes on with what was open', async () => {
    const { stack } = haru as Started;
    const customer = await stack.signIn({ user: open.customer });
    const cancelled = bodyOf(await customer.post(`/v1/bookings/${open.id}/cancel`, {}));
    expect(cancelled).toMatchObject({ status: 'CANCELLED', refund: { status: 'REFUNDED' } });
    await stack.stop();
  });
});
