import { configFrom, LISTENERS } from '../../config';
import { stands, type Thing } from '../../drill/books';
import { last, type Told } from '../../drill/crowd';
import { judge } from '../../drill/judgement';
import { type Drill, moneyDrill } from '../../drill/money';
import { report } from '../../drill/report';
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
    const options = { charges: CHARGES, unknown: 0.2, seed: SEED, killEveryMs: 4_000, atOnce: 16 };
    drill = await moneyDrill(configFrom(stack.env), stack.env, options, say);
    say(report(drill));
  },
  extent(240_000, HOURS),
);
// The controls break laws.
afterAll(() => stack.stop({ lawful: false }));

test(`${CHARGES} charges with lost answers and workers killed with -9 settle to the last KRW`, () => {
  expect(drill.breaches).toEqual([]);
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
  things: Thing[];
  told: Told[];
  balances: Map<string, number>;
  /** A top-up that was credited. */
  credited: Thing;
}

const BREACHES: Record<string, (evidence: Evidence) => void> = {
  'credited, and nobody was told': ({ told, credited: { id } }) => {
    told.splice(
      told.findIndex((one) => last(one).id === id),
      1,
    );
  },
  'told, and not there': ({ things, credited }) => {
    things.splice(things.indexOf(credited), 1);
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
  const { things, told, balances } = structuredClone(drill);
  const credited = things.find((thing) => thing.id.startsWith('top_') && stands(thing))!;
  const { id, customer } = credited;
  plant({ things, told, balances, credited });
  const breaches = judge(things, told, balances);
  expect(breaches.length).toBeGreaterThan(0);
  expect(breaches.every((breach) => breach.startsWith(id) || breach.startsWith(customer))).toBe(true);
});
