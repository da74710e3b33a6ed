import { type Config, configFrom, SERVICES, type Service } from '../../config';
import { manifestOf } from '../../manifests/all';

const WITHIN_MS = 5 * 60_000;
/** They have no workflows that could be lost. */
const ACTIVITIES_ALONE = ['boxoffice', 'billing'];

const config = configFrom({});
const schedulesOf = (service: Service, config: Config) =>
  (manifestOf(service).schedules ?? []).map(({ workflow, every }) => ({ workflow, everyMs: every(config) }));

test('what has lost its workflow is taken up within 5 minutes, unless it is configured otherwise', () => {
  const { everyMs, afterMs } = config.recovery;
  expect(everyMs).toBeGreaterThan(0);
  expect(everyMs + afterMs).toBeLessThanOrEqual(WITHIN_MS);
  const looking = SERVICES.filter((service) =>
    schedulesOf(service, config).some(
      ({ workflow, everyMs: every }) => /^recover(Payments)?$/.test(workflow) && every === everyMs,
    ),
  );
  expect(looking).toEqual(SERVICES.filter((service) => !ACTIVITIES_ALONE.includes(service)));
});

test('what the books and the provider say differently is found within 5 minutes', () => {
  expect(config.reconcileEveryMs).toBeGreaterThan(0);
  expect(config.reconcileEveryMs).toBeLessThanOrEqual(WITHIN_MS);
  expect(schedulesOf('payment', config)).toContainEqual(
    expect.objectContaining({ workflow: 'reconcile', everyMs: config.reconcileEveryMs }),
  );
});

test('both can be configured', () => {
  const shorter = configFrom({
    RECOVER_EVERY_SECONDS: '2',
    RECOVER_AFTER_SECONDS: '1',
    RECONCILE_EVERY_SECONDS: '3',
  });
  expect(shorter.recovery).toEqual({ everyMs: 2_000, afterMs: 1_000 });
  expect(schedulesOf('payment', shorter).map(({ everyMs }) => everyMs)).toEqual([3_000, 2_000]);
});
