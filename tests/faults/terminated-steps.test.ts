import { bulkhead } from 'cockatiel';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import { startStack, type TestStack } from '../test-stack';
import { BOOKINGS } from './crashes/bookings';
import { DEPOSITS } from './crashes/deposits';
import { ORDERS } from './crashes/orders';
import { RECONCILIATION } from './crashes/reconciliation';
import type { Play, Scenario, Setting } from './crashes/scenario';
import { VEHICLES } from './crashes/vehicles';
import type { Crash } from './crashing-worker';

const AT_ONCE = 4;
/** So long an answer may take; an act that was accepted takes up to 15 s more. */
const REACHED_WITHIN_MS = 15_000;

/** In scenarios that plant a capture at the provider of which we know nothing. */
const OF_RECONCILIATION = ['readStatement', 'compareBooks', 'checkDifference', 'decide'];

/** A step before or after which its workflow is terminated, and what came of it. */
interface Cut {
  service: Service;
  crash: Crash;
  scenario: Scenario;
  play?: Play;
  result: { reached: boolean; answer?: number | string; end?: string };
}

const CUTS = [...BOOKINGS, ...VEHICLES, ...ORDERS, ...DEPOSITS, ...RECONCILIATION].flatMap(
  ([service, step, scenario], row) =>
    (['before', 'after'] as const).map((when): Cut => {
      const of = `cut-${100 + row}-${when}-${step}`;
      const crash = { of, when, step, ...(scenario.fails && { fails: scenario.fails }) };
      return { service, crash, scenario, result: { reached: false } };
    }),
);

let stack: TestStack;
let folder: string;
let reachedFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haru-cuts-'));
  reachedFile = join(folder, 'reached');
  await writeFile(reachedFile, '');
  const crashes = Object.fromEntries(
    SERVICES.map((service) => [
      service,
      CUTS.filter((cut) => cut.service === service).map(({ crash }) => crash),
    ]),
  );
  stack = await startStack({
    crashes,
    quiet: true,
    env: {
      CRASHES_REACHED: reachedFile,
      CRASH_BY: 'termination',
      ...{ RECOVER_EVERY_SECONDS: '1', RECOVER_AFTER_SECONDS: '2', RECONCILE_EVERY_SECONDS: '5' },
      OPERATOR_AFTER_SECONDS: '5',
    },
  });
  const [fleet, kitchen, admin, staff] = await Promise.all([
    Fleet.open(stack),
    Kitchen.open(stack),
    stack.signIn({ roles: ['admin'] }),
    stack.signIn({ roles: ['staff'] }),
  ]);
  const setting = { stack, fleet, kitchen, admin, staff };
  const some = bulkhead(AT_ONCE, Infinity);
  await Promise.all(CUTS.map((cut) => some.execute(() => perform(cut, setting))));
}, 300_000);

afterAll(async () => {
  console.log(table());
  await rm(folder, { recursive: true });
  await stack.stop();
});

async function perform(cut: Cut, setting: Setting): Promise<void> {
  const { crash, scenario, result } = cut;
  const customer = await stack.signIn({ user: crash.of, roles: ['customer', 'manager'] });
  cut.play = { ...setting, customer };
  try {
    const ask = await scenario.prepare(cut.play);
    const asked = ask().then((answer) => (result.answer = answer?.status ?? 'none'));
    const reached = async () => (await readFile(reachedFile, 'utf8')).includes(`${crash.of}\n`);
    result.reached = await until(reached, { withinMs: REACHED_WITHIN_MS, everyMs: 50 });
    await asked;
  } catch (error) {
    result.answer = String(error);
  }
}

/** Captures that were planted at the provider: reconciliation lists them, each for an operator. */
async function writeOffWhatTheBankAloneKnows(): Promise<void> {
  const planted = CUTS.filter(({ crash }) => OF_RECONCILIATION.includes(crash.step));
  const rows = stack.db('payment.parked').whereIn(
    'business_id',
    planted.map(({ crash }) => `bkg_${crash.of}`),
  );
  const listed = async () => (await rows.clone().whereNot({ state: 'FAILING' })).length === planted.length;
  expect(await until(listed, { withinMs: 60_000 })).toBe(true);
  const admin = await stack.signIn({ roles: ['admin'] });
  for (const id of await rows.clone().where({ state: 'NEEDS_OPERATOR' }).pluck<string[]>('id')) {
    const { status } = await admin.post(`/v1/operations/parked/${id}/write-off`, {
      reason: 'nobody knows it',
    });
    expect(status).toBe(200);
  }
}

/** Service, step, when its workflow was terminated, scenario, what was answered and how it ended. */
function table(): string {
  const lines = CUTS.map(({ service, crash, scenario, result }) => [
    ...[service, crash.step, crash.when, scenario.name],
    `${result.reached ? '' : 'not reached: '}${result.answer}, ${result.end}`,
  ]);
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')).join('\n');
}

test('whatever step its workflow is terminated at, everything comes to a lawful end, or waits for an operator', async () => {
  await writeOffWhatTheBankAloneKnows();
  expect(await stack.breaches(60_000)).toEqual([]);
  for (const cut of CUTS) if (cut.play) cut.result.end = await cut.scenario.end(cut.play);
  expect(CUTS.filter(({ result }) => !result.reached).map(({ crash }) => crash.of)).toEqual([]);
  // A terminated workflow is no defect of ours that the customer may hear of: 5xx is 503.
  const odd = CUTS.filter(({ result: { answer } }) => typeof answer === 'string' && answer !== 'none');
  expect(odd.map(({ crash, result }) => `${crash.of}: ${result.answer}`)).toEqual([]);
  expect(CUTS.filter(({ result }) => result.answer === 500).map(({ crash }) => crash.of)).toEqual([]);
  const open = CUTS.filter(({ result }) => /PENDING|READY_FOR_PAY|SENT|UNKNOWN/.test(result.end ?? ''));
  expect(open.map(({ crash, result }) => `${crash.of}: ${result.end}`)).toEqual([]);
}, 120_000);
