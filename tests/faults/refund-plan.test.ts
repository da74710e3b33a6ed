import { businessIdOf, chargeKey, refundKey } from '../../activities/payment/keys';
import { until } from '../../engine/wait';
import { stateOf } from '../../invariants/under-way';
import { CANCEL_REFUND } from '../../workflows/payment/contract';
import { card, Cinema, ticketIssued } from '../cinema';
import { extent, HOURS, SEED } from '../extent';
import { freePort } from '../free-port';
import { Kitchen } from '../kitchen';
import { type Answer, bodyOf, type TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { HeldLocks } from './held-locks';
import { drawPlan, FAULTS, isCancelled, KINDS, type Planned } from './refund-plan';
import { RefundProxy } from './refund-proxy';

/** P2, P3, P6: whatever happens to a refund, nobody has both the money and the thing, and nobody has neither. */
const REFUNDS = extent(40, 500);
const FREEZES = extent(1, 10);
const AT_ONCE = 10;
/** So many activities a worker asks for at a time. */
const POLLERS = 10;
const AT_REST_WITHIN_MS = 120_000;
const TOP_UP = 10_000;

interface Case extends Planned {
  customer: TestClient;
  cinema: Cinema;
  seat: string;
  /** What the customer and whoever handed the thing out were told, in order. */
  told: string[];
}

/** What is asked for, and what would use the thing up instead; undefined where the customer never gets it. */
interface Act {
  ask: (key: string) => Promise<Answer>;
  use?: () => Promise<Answer>;
}

interface Thing {
  id: string;
  status: string;
  /** Whole KRW. */
  price: number;
}

const PATHS = { bkg: 'bookings', ord: 'orders', pas: 'passes', top: 'deposits/top-ups' } as const;
const STANDING = ['BOOKED', 'COLLECTED', 'DELIVERING', 'DELIVERED', 'AVAILABLE', 'CREDITED'];

let stack: TestStack;
let proxy: RefundProxy;
let kitchen: Kitchen;
let staff: TestClient;
let admin: TestClient;
let suho: TestClient;
const cases = new Map<string, Case>();
/** Orders of somebody who cancels nothing. */
const others: string[] = [];

beforeAll(async () => {
  const port = await freePort();
  proxy = await RefundProxy.start(`http://127.0.0.1:${port}`, async (id) => {
    const charge = stack.db('payment.charges').where({ key: chargeKey(id) });
    const { customer } = await charge.first<{ customer: string }>();
    const { fault } = cases.get(customer)!;
    return fault === 'frozen' ? 'none' : fault;
  });
  stack = await startStack({
    only: ['movie', 'boxoffice', 'payment', 'kickboard', 'food', 'delivery'],
    apart: ['payment'],
    quiet: true,
    env: { PSP_PORT: String(port), PAYMENT_PROVIDER_URL: proxy.url },
  });
  // The row of a refund is committed only while nobody holds this lock.
  await stack.db.raw(`
    CREATE FUNCTION payment.pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER pass_gate AFTER INSERT ON payment.refunds
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payment.pass_gate()`);
  [kitchen, suho, staff, admin] = await Promise.all([
    Kitchen.open(stack),
    stack.signIn(),
    stack.signIn({ roles: ['staff'] }),
    stack.signIn({ roles: ['admin'] }),
  ]);
});
afterAll(() => stack.stop().finally(() => proxy.close()));

/** Everyone has a customer and a seat of their own. */
async function casesOf(plan: readonly Planned[]): Promise<Case[]> {
  const halls = Array.from({ length: Math.ceil(plan.length / 100) }, () => Cinema.open(stack));
  const cinemas = await Promise.all(halls);
  const customers = await Promise.all(plan.map(() => stack.signIn()));
  return plan.map((planned, i) => {
    const seat = `${(Math.floor(i / 10) % 10) + 1}${'ABCDEFGHIJ'[i % 10]}`;
    return { ...planned, customer: customers[i]!, cinema: cinemas[Math.floor(i / 100)]!, seat, told: [] };
  });
}

/** Has the customer buy what is to be cancelled. */
async function prepare({ kind, customer, cinema, seat, token }: Case): Promise<Act> {
  const payment = card(token);
  switch (kind) {
    case 'cancelled booking': {
      const id = await cinema.booked(customer, [seat]);
      await ticketIssued(customer, id);
      return {
        ask: (key) => customer.post(`/v1/bookings/${id}/cancel`, {}, key),
        use: () => staff.post(`/v1/bookings/${id}/collect`),
      };
    }
    case 'cancelled order': {
      const { id, delivery } = await kitchen.delivering(customer);
      return {
        ask: (key) => kitchen.cancel(customer, id, key),
        use: () => kitchen.complete(delivery.id),
      };
    }
    case 'failed booking':
      return { ask: (key) => cinema.book(customer, [seat], payment, key) };
    case 'failed pass':
      return { ask: (key) => customer.post('/v1/passes', { type: '1', payment }, key) };
    case 'failed top-up':
      return { ask: (key) => customer.post('/v1/deposits/top-ups', { amount: TOP_UP, payment }, key) };
  }
}

/** Asks, by the same key while the answer is that it is under way. @returns how it ended, in words */
async function ended({ ask }: Act, key: string): Promise<string> {
  let answer: Answer | undefined;
  const decided = async () => (answer = await ask(key)).status !== 202;
  await until(decided, { withinMs: 60_000, everyMs: 1_000 });
  return inWords(answer!);
}

const inWords = ({ status, body }: Answer) => `${status} ${body.code ?? body.status}`;

async function play(one: Case, act: Act): Promise<void> {
  if (one.fault === 'late') return playLate(one, act);
  const keys = one.fault !== 'doubled' ? ['a'] : one.how === 'by two keys' ? ['a', 'b'] : ['a', 'a'];
  one.told = await Promise.all(keys.map((key) => ended(act, key)));
}

/** The refund is given up on, or sent once more, before the provider makes it. */
async function playLate(one: Case, act: Act): Promise<void> {
  one.told.push(await ended(act, 'a'));
  const [id] = await chargedFor(one.customer);
  const traffic = proxy.of(id!);
  if (one.how === 'asks again before') one.told.push(await ended(act, 'b'));
  if (one.how === 'uses the thing') one.told.push(inWords(await act.use!()));
  if (!act.use)
    expect(await until(() => traffic.keys.length > 1, { withinMs: 30_000, everyMs: 20 })).toBe(true);
  traffic.release();
  await until(() => traffic.answers.length > 0, { withinMs: 5_000, everyMs: 20 });
  if (one.how === 'asks again after') one.told.push(await ended(act, 'b'));
}

/**
 * The payment worker stands still, each refund's row committed and its request not sent, until another worker has given
 * the refunds up or made them.
 */
async function playFrozen(frozen: readonly Case[]): Promise<void> {
  const acts = await Promise.all(frozen.map(prepare));
  const locks = new HeldLocks(stack);
  await locks.hold('SELECT pg_advisory_xact_lock(1)');
  const played = Promise.all(frozen.map((one, i) => play(one, acts[i]!)));
  // At the gate alone: couriers’ offers, for one, are made behind a lock of their own.
  const atTheGate = async () => {
    const { rows } = await stack.db.raw<{ rows: object[] }>(
      `SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
       WHERE locktype = 'advisory' AND objid = 1 AND NOT granted AND datname = current_database()`,
    );
    return rows.length === frozen.length;
  };
  expect(await until(atTheGate, { withinMs: 10_000, everyMs: 5 })).toBe(true);
  stack.freeze('worker payment');
  await locks.releaseAll();
  const ids = (await Promise.all(frozen.map(({ customer }) => chargedFor(customer)))).flat();
  const sent = stack.db('payment.refunds').where({ state: 'SENT' });
  const rows = () => sent.clone().whereIn('charge_key', ids.map(chargeKey)).pluck<string[]>('key');
  expect(await until(async () => (await rows()).length === frozen.length, { withinMs: 5_000 })).toBe(true);
  expect(ids.flatMap((id) => proxy.of(id).keys)).toEqual([]);
  // What the frozen worker has asked for is lost on it: let that be others' charges, which are tried again.
  others.push(...(await Promise.all(Array.from({ length: POLLERS }, () => kitchen.ordered(suho)))));
  await stack.work(['payment', 'boxoffice']);
  await played;
  stack.thaw('worker payment');
  await stack.stopOne('worker payment boxoffice');
}

/** Ids of what a customer was to pay for. */
async function chargedFor({ user: customer }: TestClient): Promise<string[]> {
  const keys = await stack.db('payment.charges').where({ customer }).orderBy('key').pluck<string[]>('key');
  return keys.map(businessIdOf);
}

async function thing(customer: TestClient, id: string): Promise<Thing> {
  const kind = id.split('_')[0] as keyof typeof PATHS;
  const answer = await customer.get(`/v1/${PATHS[kind]}/${id}`);
  // Only what was credited is shown.
  if (kind === 'top' && answer.status === 404) return { id, status: 'FAILED', price: TOP_UP };
  const { status = 'CREDITED', totalPrice, price, amount } = bodyOf(answer);
  return { id, status, price: totalPrice ?? price ?? amount };
}

async function nothingInDoubt(): Promise<boolean> {
  const doubtful = ['payment.charges', 'payment.refunds'].map((table) =>
    stack.db(table).whereIn('state', ['SENT', 'UNKNOWN']).first<object | undefined>('key'),
  );
  return (await Promise.all(doubtful)).every((row) => row === undefined);
}

/** Nothing is in doubt or tried again, and no workflow has anything left to do. */
async function atRest(): Promise<boolean> {
  const failing = stack.db('payment.parked').where({ state: 'FAILING' });
  if (!(await nothingInDoubt()) || (await failing.first<object | undefined>('key'))) return false;
  const client = await stack.temporal;
  for (const key of await stack.db('payment.charges').pluck<string[]>('key')) {
    const id = businessIdOf(key);
    const state = await stateOf(client, id);
    if (state?.status !== 'RUNNING') continue;
    // A top-up's own steps are not seen while they wait to be tried again.
    if (id.startsWith('top_') || state.taskPending || state.activities.length > 0) return false;
  }
  return true;
}

/** Compares ledger and statement as if a few minutes had passed. */
async function reconcile(): Promise<void> {
  await stack.bank.raw('ALTER TABLE psp.statement DISABLE TRIGGER USER');
  await stack.bank.raw("UPDATE psp.statement SET at = at - interval '2 minutes'");
  await stack.bank.raw('ALTER TABLE psp.statement ENABLE TRIGGER USER');
  const { workflow } = await stack.temporal;
  await workflow.execute('reconcile', { workflowId: 'reconcile-now', taskQueue: 'payment' });
}

/** Ids of what operators are asked about. */
async function parked(): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let cursor = ''; ;) {
    const { data, nextCursor } = bodyOf(await admin.get(`/v1/operations/parked?limit=100${cursor}`));
    for (const { for: id, state } of data) if (state === 'NEEDS_OPERATOR') ids.add(id as string);
    if (nextCursor === null) return ids;
    cursor = `&cursor=${nextCursor}`;
  }
}

/** What those who asked may have been told. */
function mayBeTold(one: Case): RegExp {
  const { fault, how } = one;
  if (!isCancelled(one)) return how === 'by two keys' ? /^(503 .*|409 seat-taken)$/ : /^503 /;
  switch (fault) {
    case 'none':
    case 'lost':
      return /^200 CANCELLED$/;
    case 'doubled':
      return how === 'by two keys' ? /^(200 CANCELLED|409 already-cancelled)$/ : /^200 CANCELLED$/;
    case 'late':
      return /^(503 refund-unavailable|409 refund-refused|200 (CANCELLED|COLLECTED|COMPLETED))$/;
    case 'frozen':
      // Who asks again by the same key may be refunded by another worker.
      return /^(503 refund-unavailable|200 CANCELLED)$/;
  }
}

/** Whether the fault struck a thing's refund; a freeze is checked while it lasts. */
function struck(one: Case, id: string): boolean {
  const answers = proxy.of(id).answers.join();
  switch (one.fault) {
    case 'lost':
      return answers === '201';
    case 'doubled':
      return answers === '201,201';
    case 'late':
      return answers !== '' && (!isCancelled(one) || one.told[0] === '503 refund-unavailable');
    case 'none':
    case 'frozen':
      return true;
  }
}

/** @returns what came of it, in words, and what is wrong with that */
async function judge(one: Case, asked: ReadonlySet<string>): Promise<{ came: string; wrong: string[] }> {
  const { customer, told, how } = one;
  const wrong = told.filter((answer) => !mayBeTold(one).test(answer)).map((answer) => `told ${answer}`);
  const ids = await chargedFor(customer);
  if (!ids.some((id) => struck(one, id))) wrong.push('the fault did not strike');
  const ends: string[] = [];
  for (const id of ids) {
    const { status, price } = await thing(customer, id);
    const net = await stack.provider.netOf(id);
    const stands = STANDING.includes(status);
    const isOpen = asked.has(id);
    const end = `${status} and ${net === price ? 'paid' : net === 0 ? 'refunded' : `${net} of ${price} kept`}`;
    ends.push(isOpen ? `${end}, operators are asked` : end);
    if (isOpen === (net === (stands ? price : 0))) wrong.push(`${id} is ${ends.at(-1)}`);
    if (one.fault === 'frozen' && proxy.of(id).keys.includes(`${refundKey(id, CANCEL_REFUND)}/1`))
      wrong.push(`the refund of ${id} was sent after it had been given up on`);
    if (isOpen && how !== 'uses the thing') wrong.push(`${id} needs no operator`);
    if (told.some((answer) => /CANCELLED|already-cancelled/.test(answer)) && status !== 'CANCELLED')
      wrong.push(`${id} is ${status}, told ${told.join(', ')}`);
    if (told.some((answer) => /COLLECTED|COMPLETED/.test(answer)) && !stands)
      wrong.push(`${id} is ${status}, told ${told.join(', ')}`);
  }
  const came = `${how ? `${how}: ` : ''}${[...new Set(ends)].join(' / ')}`;
  return { came, wrong: wrong.map((what) => `${one.kind}, ${one.fault}${how ? ` (${how})` : ''}: ${what}`) };
}

test(
  `${REFUNDS} refunds that are late, lost, doubled or frozen leave nobody with both money and thing, or neither`,
  async () => {
    process.stderr.write(`seed ${SEED}\n`);
    const all = await casesOf(drawPlan(SEED, REFUNDS, FREEZES));
    for (const one of all) cases.set(one.customer.user, one);

    const waiting = all.filter(({ fault }) => fault !== 'frozen');
    const clerk = async () => {
      for (let one = waiting.shift(); one; one = waiting.shift()) await play(one, await prepare(one));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, clerk));
    const frozen = all.filter(({ fault }) => fault === 'frozen');
    while (frozen.length > 0) await playFrozen(frozen.splice(0, KINDS.length));
    for (const order of others) await kitchen.comesTo(suho, order, 'DELIVERING', AT_REST_WITHIN_MS);
    expect(await until(nothingInDoubt, { withinMs: AT_REST_WITHIN_MS })).toBe(true);
    await reconcile();
    expect(await until(atRest, { withinMs: AT_REST_WITHIN_MS, everyMs: 500 })).toBe(true);

    const asked = await parked();
    const wrong: string[] = [];
    const came = new Map<string, Record<string, number>>();
    for (const one of all) {
      const judged = await judge(one, asked);
      wrong.push(...judged.wrong);
      const line = `${one.kind}, ${one.fault}`;
      const counts = came.get(line) ?? {};
      came.set(line, { ...counts, [judged.came]: (counts[judged.came] ?? 0) + 1 });
    }
    for (const [line, counts] of [...came].sort())
      process.stderr.write(
        `${line}: ${Object.entries(counts)
          .map((end) => end.join(' '))
          .join(', ')}\n`,
      );
    expect(wrong).toEqual([]);
    expect(came.size).toBe(KINDS.length * FAULTS.length);
    expect(await stack.breaches()).toEqual([]);
  },
  extent(180_000, HOURS),
);
