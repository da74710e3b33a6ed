import fc from 'fast-check';
import type { Knex } from 'knex';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { connect, NO_HURRY } from '../../activities/database';
import { DOMAINS } from '../../config';
import { until } from '../../engine/wait';
import { BIKES } from '../../invariants/bike';
import { BILLS } from '../../invariants/billing';
import { COURSES } from '../../invariants/course';
import { COURSES_AS_TOLD } from '../../invariants/course-told';
import { DELIVERIES_AS_TOLD } from '../../invariants/delivery';
import { ORDERS_AS_TOLD } from '../../invariants/food';
import { KICKBOARDS } from '../../invariants/kickboard';
import type { LawSet } from '../../invariants/law';
import { LEDGER, PAYMENTS } from '../../invariants/ledger';
import { DEPOSITS } from '../../invariants/payment';
import { SEATS_IN_HALLS } from '../../invariants/movie';
import type { World } from '../../invariants/world';
import { ROOT } from '../../root';
import { newDatabases } from '../test-stack';
import { type Made, type Pair, type Services, servicesOn, type Thing, THINGS } from './table';

/** The same sequences in each run, unless FC_SEED says otherwise. */
const SEED = Number(process.env.FC_SEED ?? 15);
const SEQUENCES = 6;

/** One operation, or two at once: the first is kept from committing until the second waits for it or has ended. */
type Step = readonly [operation: string, atOnce?: string | undefined];

const ORDERS: Readonly<Record<string, (pair: Pair) => Step[]>> = {
  'do → undo': (pair) => [[pair.do], [pair.undo]],
  'undo → do': (pair) => [[pair.undo], [pair.do]],
  'do → do': (pair) => [[pair.do], [pair.do]],
  'undo → undo': (pair) => [[pair.undo], [pair.undo]],
  'do ‖ undo': (pair) => [[pair.do, pair.undo]],
  'undo ‖ do': (pair) => [[pair.undo, pair.do]],
  'do ‖ do': (pair) => [[pair.do, pair.do]],
  'undo ‖ undo': (pair) => [[pair.undo, pair.undo]],
};

/** Laws that one domain's rows keep or break by themselves. */
const LAWS: readonly LawSet[] = [
  SEATS_IN_HALLS,
  KICKBOARDS,
  BIKES,
  BILLS,
  COURSES,
  COURSES_AS_TOLD,
  ORDERS_AS_TOLD,
  DELIVERIES_AS_TOLD,
  LEDGER,
  PAYMENTS,
  DEPOSITS,
];

/** Done once more, these say that it was not they who did it; whoever asks needs to know. */
const SAY_SO = [
  'settleCharge CAPTURED',
  'settleCharge DECLINED',
  'chargeNotSent',
  'refundLate',
  'decline',
  'remove course',
];

interface Outcome {
  to: string;
  told: readonly string[];
  /** Why it was refused. */
  no?: string | undefined;
}

/** What each operation makes of each state, as the table has it. */
class Life {
  private readonly states = new Map<string, Map<string, Outcome>>();

  constructor({ life }: Thing) {
    let state = '';
    for (const line of life.trim().split('\n')) {
      const [, named, clauses = line] = /^ *([^;→✗=]+):(.*)$/.exec(line) ?? [];
      state = named ?? state;
      const outcomes = this.states.get(state) ?? new Map<string, Outcome>();
      this.states.set(state, outcomes);
      for (const clause of clauses.split(';')) {
        const [, operations = '', sign, what = ''] = /^ *(.+?) (→|✗|=) ?(.*)$/.exec(clause) ?? [];
        const [, to = '', told = ''] = /^(.*?)(?: \((.*)\))?$/.exec(what) ?? [];
        for (const operation of operations.split(', ').filter(Boolean))
          outcomes.set(operation, {
            to: sign === '→' ? to : state,
            told: told.split(' ').filter(Boolean),
            no: sign === '✗' ? what : undefined,
          });
      }
    }
  }

  get start(): string {
    return [...this.states.keys()][0]!;
  }

  /** Every operation that a state names, with what comes of it. */
  get named(): { state: string; operation: string; outcome: Outcome }[] {
    return [...this.states].flatMap(([state, outcomes]) =>
      [...outcomes].map(([operation, outcome]) => ({ state, operation, outcome })),
    );
  }

  after(state: string, operation: string): Outcome {
    const outcomes = this.states.get(state);
    if (!outcomes) throw new Error(`the table has no state ${state}`);
    const outcome = outcomes.get(operation) ?? { ...this.states.get('else')?.get(operation), to: state };
    return { told: [], ...outcome };
  }
}

let db: Knex;
let gate: Knex;
const connections: Knex[] = [];
let services: Record<'first' | 'second', Services>;
beforeAll(async () => {
  const { databaseUrl } = await newDatabases();
  const open = (name: string) => {
    const connection = connect(`${databaseUrl}?application_name=${name}`, 1, NO_HURRY);
    connections.push(connection);
    return connection;
  };
  [db, gate] = [open('reader'), open('gate')];
  services = { first: servicesOn(open('first')), second: servicesOn(open('second')) };
  await installGate();
});
afterAll(() => Promise.all(connections.map((connection) => connection.destroy())));

/** Whatever the first connection has changed, it passes the gate before it commits. */
async function installGate(): Promise<void> {
  await db.raw(`
    CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('application_name') = 'first' THEN PERFORM pg_advisory_xact_lock_shared(1); END IF;
      RETURN NULL;
    END
    $$`);
  const tables = db('pg_tables').whereIn('schemaname', DOMAINS);
  for (const { schemaname, tablename } of await tables.select('schemaname', 'tablename'))
    await db.raw(
      `CREATE CONSTRAINT TRIGGER pass_gate AFTER INSERT OR UPDATE OR DELETE ON ${schemaname}.${tablename}
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pass_gate()`,
    );
}
const closeGate = () => gate.raw('SELECT pg_advisory_lock(1)');
const openGate = () => gate.raw('SELECT pg_advisory_unlock(1)');

/** @returns whether that connection has come to wait for a lock; false when it has done what it was asked before */
async function waits(connection: 'first' | 'second', done: () => boolean): Promise<boolean> {
  let waiting = false;
  const settled = async () => {
    if (done()) return true;
    const { rows } = await gate.raw<{ rows: object[] }>(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = ?
       AND wait_event_type = 'Lock'`,
      [connection],
    );
    return (waiting = rows.length > 0);
  };
  if (!(await until(settled, { withinMs: 10_000, everyMs: 1 }))) throw new Error(`${connection} hangs`);
  return waiting;
}

interface Answer {
  /** A status that it answered. */
  status?: string | undefined;
  no?: string | undefined;
}

/** What is seen of a step, or what the table says of it. */
interface Seen {
  state: string;
  told: string[];
  answers: Answer[];
}

interface Played extends Seen {
  /** At once: whether the first had something to commit, and whether the second waited for it. */
  held: boolean;
  waited: boolean;
}

/** Operations on one thing, each of which must do what the table says. */
class Sequence {
  private position = 0;

  private constructor(
    private readonly thing: Thing,
    private readonly life: Life,
    private readonly made: Made,
    private state: string,
  ) {}

  static async begin(thing: Thing, after: readonly string[]): Promise<Sequence> {
    const life = new Life(thing);
    const sequence = new Sequence(thing, life, await thing.make(services.second), life.start);
    expect((await sequence.look()).state).toBe(life.start);
    for (const operation of after) await sequence.play([operation]);
    return sequence;
  }

  async play(step: Step): Promise<Played> {
    const [operation, atOnce] = step;
    const played =
      atOnce === undefined
        ? { answers: [await this.ask(operation, 'second')], held: false, waited: false }
        : await this.atOnce(operation, atOnce);
    const seen: Played = { ...played, ...(await this.look()) };
    // At once is as if one came before the other.
    const lawful = [this.inOrder(step, [0, 1]), this.inOrder(step, [1, 0])] as const;
    if (!lawful.some((one) => isSame(seen, one)))
      expect({ from: this.state, step, ...seen }).toEqual({ from: this.state, step, ...lawful[0] });
    this.state = seen.state;
    return seen;
  }

  /** What the table says that comes of them, one after the other. */
  private inOrder(step: Step, order: number[]): Seen {
    const seen: Seen = { state: this.state, told: [], answers: [] };
    for (const n of order.filter((i) => step[i] !== undefined)) {
      const { to, told, no } = this.life.after(seen.state, step[n]!);
      seen.state = to;
      seen.told.push(...told);
      seen.answers[n] = { status: statusIn(to), no };
    }
    seen.told.sort();
    return seen;
  }

  private async atOnce(one: string, other: string): Promise<Omit<Played, 'state' | 'told'>> {
    const answers: Answer[] = [];
    await closeGate();
    const first = this.ask(one, 'first').then((answer) => (answers[0] = answer));
    const held = await waits('first', () => answers[0] !== undefined);
    const second = this.ask(other, 'second').then((answer) => (answers[1] = answer));
    const waited = await waits('second', () => answers[1] !== undefined);
    await openGate();
    await Promise.all([first, second]);
    return { answers, held, waited };
  }

  private async ask(operation: string, on: 'first' | 'second'): Promise<Answer> {
    try {
      const answer = await this.made.operations[operation]!(services[on]);
      return { status: typeof answer === 'string' ? answer : undefined };
    } catch (error) {
      const { message, constructor } = error as Error;
      return { no: message || constructor.name };
    }
  }

  /** The state, and the events since the last look. */
  private async look(): Promise<Pick<Seen, 'state' | 'told'>> {
    const { ids } = this.made;
    const outbox = `${this.thing.domain}.outbox`;
    const { rows } = await db.raw<{ rows: [{ state: string | null; told: string[]; last: number }] }>(
      `SELECT (${this.thing.state}) AS state,
         (SELECT coalesce(max(position), 0) FROM ${outbox}) AS last,
         ARRAY(SELECT split_part(type, '.', 2) FROM ${outbox} WHERE position > :position
           AND (subject = ANY (:known) OR data ->> 'reference' = ANY (:known)) ORDER BY type) AS told`,
      { ...ids, position: this.position, known: Object.values(ids) },
    );
    const [{ state, told, last }] = rows;
    this.position = last;
    return { state: state ?? 'none', told };
  }
}

const statusIn = (state: string) => state.split(/[ ,]/, 1)[0]!;

function isSame(seen: Seen, lawful: Seen): boolean {
  const answered = ({ status, no }: Answer, n: number) => {
    const answer = lawful.answers[n]!;
    if (no !== undefined || answer.no !== undefined) return no?.startsWith(answer.no ?? '\n') === true;
    // It may have looked once the other was done, too.
    return status === undefined || [answer.status, statusIn(lawful.state)].includes(status);
  };
  const [told, tells] = [seen.told.join(), lawful.told.join()];
  return seen.state === lawful.state && told === tells && seen.answers.every(answered);
}

/** What breaks a law in the tables of that domain. */
async function breachesIn({ domain }: Thing): Promise<string[]> {
  const databases = Object.fromEntries(DOMAINS.map((name) => [name, db]));
  const sets = LAWS.filter(({ laws }) => laws[0]!.place === domain);
  const found = await Promise.all(sets.map((set) => set.check({ databases } as unknown as World)));
  return found.flat().flatMap(({ id, breaches }) => breaches.map(({ breach }) => `${id}: ${breach}`));
}

const PAIRS = THINGS.flatMap((thing) =>
  thing.pairs.map((pair) => {
    const after = pair.after.length > 0 ? ` after ${pair.after.join(', ')}` : '';
    return { name: `${thing.name}: ${pair.do} / ${pair.undo}${after}`, thing, pair };
  }),
);
/** Pair → order → what came of it. */
const outcomes = new Map(PAIRS.map(({ name }) => [name, new Map<string, string>()]));

describe.each(PAIRS)('$name', ({ name, thing, pair }) => {
  test.each(Object.keys(ORDERS))('%s', async (order) => {
    const sequence = await Sequence.begin(thing, pair.after);
    const played: Played[] = [];
    for (const step of ORDERS[order]!(pair)) played.push(await sequence.play(step));
    const [{ state, held, waited }, refused] = [played.at(-1)!, played.flatMap(({ answers }) => answers)];
    expect(waited).toBe(held);
    if (order === 'undo → do') expect(state !== played[0]!.state).toBe(pair.lateDo !== undefined);
    expect(await breachesIn(thing)).toEqual([]);
    outcomes
      .get(name)!
      .set(order, [state, ...refused.flatMap(({ no }) => (no ? [`✗ ${no}`] : []))].join(' '));
  });

  test('at random', async () => {
    const operations = Object.keys((await thing.make(services.second)).operations);
    const asked = fc.record({ operation: fc.constantFrom(...operations), withNext: fc.boolean() });
    const sequences = fc.array(asked, { minLength: 1, maxLength: 6 });
    const isLawful = async (all: { operation: string; withNext: boolean }[]) => {
      const sequence = await Sequence.begin(thing, pair.after);
      for (let n = 0; n < all.length; n++) {
        const { operation, withNext } = all[n]!;
        await sequence.play(withNext ? [operation, all[++n]?.operation] : [operation]);
      }
      expect(await breachesIn(thing)).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(sequences, isLawful), { seed: SEED, numRuns: SEQUENCES });
    outcomes.get(name)!.set('at random', `${SEQUENCES} sequences`);
  });
});

test('what is done twice is done once, says the table', () => {
  for (const thing of THINGS) {
    const life = new Life(thing);
    for (const { state, operation, outcome } of life.named) {
      if (state === 'else' || outcome.no !== undefined) continue;
      const again = life.after(outcome.to, operation);
      const what = `${thing.name}: ${operation} of ${state}`;
      expect([what, again.to, again.told]).toEqual([what, outcome.to, []]);
      if (!SAY_SO.includes(operation)) expect([what, again.no]).toEqual([what, undefined]);
    }
  }
});

/** Methods of workflows that stand between an undo and its steps. */
const LEADS_TO: Readonly<Record<string, string[]>> = {
  refuse: ['refuseRide', 'refuseRental'],
  exclusively: [],
};

test('every step by which a workflow undoes something is in the table', async () => {
  const operations = await Promise.all(
    THINGS.map(async (thing) => Object.keys((await thing.make(services.second)).operations)),
  );
  const steps = methodsCalledIn(['undo', 'undoLater']).flatMap((name) => LEADS_TO[name] ?? [name]);
  expect(steps.length).toBeGreaterThan(10);
  expect(steps.filter((step) => !operations.flat().includes(step))).toEqual([]);
});

/**
 * The methods that the functions under these property names call, in all workflows, also by way of other functions of
 * their file.
 */
function methodsCalledIn(properties: readonly string[]): string[] {
  const names = new Set<string>();
  const folder = join(ROOT, 'workflows');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((path) => path.endsWith('.ts'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const functions = new Map<string, ts.Node>();
    const collect = (node: ts.Node): void => {
      if (ts.isFunctionDeclaration(node) && node.name && node.body) functions.set(node.name.text, node.body);
      node.forEachChild(collect);
    };
    collect(source);
    const visit = (node: ts.Node, inside: boolean): void => {
      const isOne = ts.isPropertyAssignment(node) && properties.includes(node.name.getText());
      if (inside && ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
        names.add(node.expression.name.text);
      const body = inside && ts.isIdentifier(node) ? functions.get(node.text) : undefined;
      if (body && ts.isIdentifier(node)) {
        functions.delete(node.text);
        visit(body, true);
      }
      node.forEachChild((child) => visit(child, inside || isOne));
    };
    visit(source, false);
  }
  return [...names];
}

test('every pair has an outcome in every order', () => {
  const orders = [...Object.keys(ORDERS), 'at random'];
  const rows = [...outcomes].map(
    ([name, of]) =>
      `${name}\n    ${orders.map((order) => `${order}: ${of.get(order) ?? 'NONE'}`).join(' | ')}`,
  );
  process.stdout.write(`${rows.join('\n')}\n${rows.length} pairs, seed ${SEED}\n`);
  for (const [name, of] of outcomes) expect([name, ...of.keys()]).toEqual([name, ...orders]);
});
