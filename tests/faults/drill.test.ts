import { configFrom, LISTENERS } from '../../config';
import { transfer } from '../../activities/payment/ledger';
import { Bookkeeper, type Books, stands, type Thing } from '../../engine/drill/books';
import { last, type Told } from '../../engine/drill/crowd';
import { judge } from '../../engine/drill/judgement';
import { type Drill, moneyDrill } from '../../engine/drill/money';
import { report } from '../../engine/drill/report';
import { extent, HOURS, SEED } from '../extent';
import { startStack, type TestStack } from '../test-stack';

const CHARGES = extent(120, 10_000);

const say = (line: string) => void process.stderr.write(`${line}\n`);

let stack: TestStack;
let drill: Drill;
beforeAll(
  async () => {
    stack = await startStack({
      listeners: LISTENERS,
      only: ['movie', 'boxoffice'],
      quiet: true,
    });
    const options = { charges: CHARGES, unknown: 0.2, seed: SEED, killEveryMs: 8_000, atOnce: 16 };
    drill = await moneyDrill(configFrom(stack.env), stack.env, options, say);
    say(report(drill));
  },
  extent(240_000, HOURS),
);
// The controls break laws.
afterAll(() => stack.stop({ lawful: false }));

test(`${CHARGES} charges with lost answers and workers killed with -9 settle to the last KRW`, async () => {
  expect(drill.judgement.breaches).toEqual([]);
  expect(await stack.breaches()).toEqual([]);
  expect(drill.charged).toBeGreaterThanOrEqual(CHARGES);
  expect(drill.kills).toBeGreaterThan(0);
  expect(drill.told.filter((one) => last(one).status === 201).length).toBeGreaterThan(CHARGES / 2);
});

test('the provider is healed afterwards', async () => {
  const answer = await fetch(`${configFrom(stack.env).provider.url}/faults`);
  expect(await answer.json()).toMatchObject({ lostRate: 0, errorAfterRate: 0 });
});

/** What a breach is planted into: everything that the drill was judged by. */
interface Evidence {
  books: Books;
  told: Told[];
  balances: Map<string, number>;
  /** A top-up that was credited. */
  credited: Thing;
}

const BREACHES: Record<string, (evidence: Evidence) => void> = {
  'captured twice': ({ books, credited: { id } }) => {
    const line = books.statement.find(({ key }) => key.startsWith(`${id}/`))!;
    books.statement.push({ ...line, key: `${id}/charge2` });
  },
  'credited, and given back': ({ books, credited: { id, amount } }) => {
    const key = `${id}/undo/1`;
    books.statement.push({ kind: 'refund', key, amount, chargeId: 'chg_1', at: new Date() });
    books.movements.push({ kind: 'REFUND', key, amount, business_id: id });
  },
  'credited, and nobody was told': ({ told, credited: { id } }) => {
    told.splice(
      told.findIndex((one) => last(one).id === id),
      1,
    );
  },
  'told, and not there': ({ books, credited }) => {
    books.things.splice(books.things.indexOf(credited), 1);
  },
  'told, and refused afterwards': ({ credited }) => {
    credited.status = 'FAILED';
  },
  'of another amount': ({ credited }) => {
    credited.amount++;
  },
  'a deposit that is not as told': ({ balances, credited: { customer } }) => {
    balances.set(customer, balances.get(customer)! + 1);
  },
};

test.each(Object.entries(BREACHES))('control: %s is named', (_, plant) => {
  const { books, told, balances } = structuredClone(drill);
  const credited = books.things.find((thing) => thing.id.startsWith('top_') && stands(thing))!;
  const { id, customer } = credited;
  plant({ books, told, balances, credited });
  const { breaches } = judge(books, told, balances);
  expect(breaches.length).toBeGreaterThan(0);
  expect(breaches.every((breach) => breach.startsWith(id) || breach.startsWith(customer))).toBe(true);
});

test('control: what only the provider has, and what only the ledger has, is named and makes a drift', async () => {
  const config = configFrom(stack.env);
  const [alone, unheard] = ['top_01drillplanted0000000000000', 'top_01drillplanted0000000000001'];
  const answer = await fetch(`${config.provider.url}/charges`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `${alone}/charge` },
    body: JSON.stringify({ amount: 5_000, currency: 'KRW', token: 'tok_ok' }),
  });
  expect(answer.status).toBe(201);
  await transfer(stack.db, {
    key: `${unheard}/charge`,
    kind: 'CAPTURE',
    from: 'provider',
    to: 'top-ups',
    amount: 700,
    businessId: unheard,
  });

  const keeper = new Bookkeeper(config, await stack.temporal, drill.name);
  const { drift, breaches } = judge(await keeper.read(), drill.told, drill.balances);
  await keeper.close();
  expect(drift).toEqual({ drill: 0, all: 5_700 });
  expect(breaches).toEqual([
    `${alone}/charge: capture of 5000 KRW at the provider, of 0 KRW in the ledger`,
    `${unheard}/charge: capture of 0 KRW at the provider, of 700 KRW in the ledger`,
  ]);
});
