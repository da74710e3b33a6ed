import { bulkhead } from 'cockatiel';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../activities/database';
import { config, type Service, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import { manifestOf } from '../../manifests/all';
import { progress } from '../../workflows/progress';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import { startStack, type TestStack } from '../test-stack';
import { BOOKINGS } from './crashes/bookings';
import { DEPOSITS } from './crashes/deposits';
import { ORDERS } from './crashes/orders';
import { RECONCILIATION } from './crashes/reconciliation';
import type { Ask, Play, Scenario } from './crashes/scenario';
import { VEHICLES } from './crashes/vehicles';
import type { Crash } from './crashing-worker';

const ROWS = [...BOOKINGS, ...VEHICLES, ...ORDERS, ...DEPOSITS, ...RECONCILIATION];

/**
 * The workers of a round are killed side by side: none is needed by what another's crashes interrupt. What runs the
 * workflows of most scenarios comes last: until then it has in memory what was prepared.
 */
const ROUNDS: Service[][] = [
  ['payment'],
  ['billing', 'boxoffice', 'delivery'],
  ['kickboard', 'bike', 'movie', 'food'],
];
const AT_ONCE = 2;

/** A crash, what is to come of it, and what came of it. */
interface Planned {
  service: Service;
  crash: Crash;
  scenario: Scenario;
  answers: (number | 'none')[];
  end: string;
  result: { reached: boolean; answer?: number | string; seconds?: string; end?: string };
}

const PLANNED = ROWS.flatMap(([service, step, scenario, ...outcomes], row) =>
  (['before', 'after'] as const).map((when, i): Planned => {
    const [answers, end] = outcomes[i]!;
    // The customer's name; none is a part of another.
    const of = `crash-${100 + row}-${when}-${step}`;
    const crash = { of, when, step, ...(scenario.fails && { fails: scenario.fails }) };
    const given = [answers].flat();
    const lawful = scenario.isAct && given.includes(503) ? [...given, 202] : given;
    return { service, crash, scenario, answers: lawful, end, result: { reached: false } };
  }),
);
const plannedOf = (service: Service) => PLANNED.filter((planned) => planned.service === service);

let stack: TestStack;
let folder: string;
let reachedFile: string;
const plays = new Map<Planned, Play>();
const asks = new Map<Planned, Ask>();
const answering: Promise<void>[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'haru-crashes-'));
  reachedFile = join(folder, 'reached');
  await writeFile(reachedFile, '');
  const crashes = Object.fromEntries(
    SERVICES.map((service) => [service, plannedOf(service).map(({ crash }) => crash)]),
  );
  stack = await startStack({ crashes, quiet: true, env: { CRASHES_REACHED: reachedFile } });
  await prepare();
  for (const services of ROUNDS) {
    // A worker that dies is not to delay what the last round's customers are told.
    if (services === ROUNDS.at(-1)) await Promise.all(answering);
    await Promise.all(services.map(interrupt));
  }
  await Promise.all(answering);
  await Promise.all(PLANNED.map(ended));
}, 300_000);

afterAll(async () => {
  console.log(table());
  await rm(folder, { recursive: true });
  await stack.stop();
});

async function prepare(): Promise<void> {
  const [fleet, kitchen, admin, staff] = await Promise.all([
    Fleet.open(stack),
    Kitchen.open(stack),
    stack.signIn({ roles: ['admin'] }),
    stack.signIn({ roles: ['staff'] }),
  ]);
  const some = bulkhead(AT_ONCE, Infinity);
  const each = async (planned: Planned) => {
    const customer = await stack.signIn({ user: planned.crash.of, roles: ['customer', 'manager'] });
    const play = { stack, fleet, kitchen, admin, staff, customer };
    plays.set(planned, play);
    try {
      asks.set(planned, await planned.scenario.prepare(play));
    } catch (error) {
      planned.result.answer = `not prepared: ${String(error)}`;
    }
  };
  await Promise.all(PLANNED.map((planned) => some.execute(() => each(planned))));
}

/** Brings all scenarios of a service to their crash; its worker is killed with the last. Then starts another worker. */
async function interrupt(service: Service): Promise<void> {
  const worker = `worker ${service}`;
  const some = bulkhead(AT_ONCE, Infinity);
  await Promise.all(plannedOf(service).map((planned) => some.execute(() => reach(planned))));
  const all = plannedOf(service).every(({ result }) => result.reached);
  if (!(all && (await stack.died(worker)))) await stack.kill(worker);
  await stack.work([service]);
}

async function reach(planned: Planned): Promise<void> {
  const { crash, result } = planned;
  const ask = asks.get(planned);
  if (!ask) return;
  answering.push(answered(planned, ask));
  const reached = async () => (await readFile(reachedFile, 'utf8')).includes(`${crash.of}\n`);
  result.reached = await until(reached, { withinMs: 10_000, everyMs: 20 });
}

async function answered({ result }: Planned, ask: Ask): Promise<void> {
  try {
    const answer = await ask();
    result.answer = answer?.status ?? 'none';
    if (answer) result.seconds = `${(answer.ms / 1_000).toFixed(1)} s`;
  } catch (error) {
    result.answer = String(error);
  }
}

async function ended(planned: Planned): Promise<void> {
  const { scenario, end, result } = planned;
  const asPlanned = async () => (result.end = await scenario.end(plays.get(planned)!)) === end;
  try {
    await until(asPlanned, { withinMs: 40_000 });
  } catch (error) {
    result.end = String(error);
  }
}

const doing = ({ name, fails = {} }: Scenario) =>
  [name, ...Object.entries(fails).map(([step, how]) => `${step} ${how}`)].join(', ');

/** Service, step, when, scenario, what was to come of it, and what came. */
function table(): string {
  const lines = PLANNED.map(({ service, crash, scenario, answers, end, result }) => [
    service,
    crash.step,
    crash.when,
    doing(scenario),
    `${answers.join(' or ')}, ${end}`,
    `${result.reached ? '' : 'not reached: '}${result.answer}, ${result.end}`,
    result.seconds ?? '',
  ]);
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')).join('\n');
}

// But those that look for what has lost its workflow: their schedule repeats them (faults/terminated).
test('every step of every service is crashed', async () => {
  const stepsOf = async (service: Service) => {
    const db = connect(config.databases[service], 1);
    const { activitiesOn } = await manifestOf(service).activities();
    return Object.keys(await activitiesOn(db, config)).map((step) => `${service} ${step}`);
  };
  const steps = (await Promise.all(SERVICES.map(stepsOf))).flat();
  expect([...new Set(ROWS.map(([service, step]) => `${service} ${step}`))].sort()).toEqual(steps.sort());
});

test.each(
  PLANNED.map((planned) => [
    `${planned.service} is killed ${planned.crash.when} ${planned.crash.step}: ${doing(planned.scenario)}`,
    planned,
  ]),
)('%s', (_title, { result, answers, end }) => {
  expect(result).toMatchObject({ reached: true, end });
  expect(answers).toContain(result.answer);
});

test.each(['kickboard.rides', 'bike.rentals'])(
  'what is out of %s afterwards is brought back',
  async (table) => {
    const out = stack.db(table).where({ status: 'RENTED' });
    const rows = await out.select<{ id: string; customer: string }[]>('id', 'customer');
    expect(rows).not.toEqual([]);
    const { workflow } = await stack.temporal;
    for (const { id, customer } of rows) {
      // It takes the engine 10 s to turn from a killed worker to another.
      await workflow.getHandle(id).query(progress);
      const { fleet, ...play } = [...plays.values()].find((play) => play.customer.user === customer)!;
      expect((await fleet.bringBack(play.customer, id)).status).toBe(200);
    }
  },
);

test('what waits for an operator afterwards is written off', async () => {
  const ids = await stack.db('payment.parked').where({ state: 'NEEDS_OPERATOR' }).pluck<string[]>('id');
  expect(ids).not.toEqual([]);
  const admin = await stack.signIn({ roles: ['admin'] });
  for (const id of ids) {
    const answer = await admin.post(`/v1/operations/parked/${id}/write-off`, { reason: 'nobody knows it' });
    expect([answer.status, answer.body.state]).toEqual([200, 'WRITTEN_OFF']);
  }
});

test('no law is broken', async () => {
  expect(await stack.breaches()).toEqual([]);
});
