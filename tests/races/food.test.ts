import { pause, until } from '../../engine/wait';
import { extent, HOURS } from '../extent';
import type { Answer, TestClient } from '../test-client';
import { Kitchen } from '../kitchen';
import { KITCHEN, startStack, type TestStack } from '../test-stack';

const PAIRS = extent(60, 10_000);
const AT_ONCE = 10;
/** Completing looks at more before it asks the order: cancelling at the same moment always comes first. */
const HEAD_STARTS_MS = [0, 30, 60, 90, 120];

let stack: TestStack;
let kitchen: Kitchen;
let minji: TestClient;
beforeAll(async () => {
  stack = await startStack({ only: KITCHEN, apart: ['payment'] });
  kitchen = await Kitchen.open(stack);
  minji = await stack.signIn();
});
afterAll(() => stack.stop());

/** Has two things done at once with each of so many orders on their way. @returns how often each outcome was seen */
async function race(
  times: number,
  decide: (order: string, delivery: string, n: number) => Promise<string>,
): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  for (let i = 0; i < times; i += AT_ONCE) {
    const orders = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, times - i) }, () => kitchen.delivering(minji)),
    );
    const decided = orders.map(({ id, delivery }, n) => decide(id as string, delivery.id as string, n));
    for (const outcome of await Promise.all(decided)) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

const inWords = ({ status, body }: Answer) => (status === 200 ? 'done' : `${status} ${body.code}`);
const DELIVERED = '409 already-delivered, done: DELIVERED, COMPLETED, 4000 KRW with us';
const CANCELLED = 'done, 409 cancelled: CANCELLED, CANCELLED, 0 KRW with us';

test(
  `of ${PAIRS} pairs of cancel and complete at the same moment one of each wins, and the money is right`,
  async () => {
    const outcomes = await race(PAIRS, async (order, delivery, n) => {
      const [cancelled, completed] = await Promise.all([
        pause(HEAD_STARTS_MS[n % HEAD_STARTS_MS.length] ?? 0).then(() => kitchen.cancel(minji, order)),
        kitchen.complete(delivery),
      ]);
      // The delivery is called off by itself, after the answer.
      const seen = async () => (await minji.get(`/v1/orders/${order}`)).body;
      await until(async () => (await seen()).delivery.status !== 'STARTED', {
        withinMs: 20_000,
        everyMs: 50,
      });
      const { status, delivery: its } = await seen();
      const money = await stack.provider.netOf(order);
      return `${inWords(cancelled)}, ${inWords(completed)}: ${status}, ${its.status}, ${money} KRW with us`;
    });
    process.stderr.write(`cancel against complete: ${JSON.stringify(outcomes)}\n`);
    expect(Object.keys(outcomes).filter((outcome) => ![DELIVERED, CANCELLED].includes(outcome))).toEqual([]);
    expect((outcomes[DELIVERED] ?? 0) + (outcomes[CANCELLED] ?? 0)).toBe(PAIRS);
    expect(Object.keys(outcomes)).toHaveLength(2);
  },
  extent(300_000, HOURS),
);

test('of two couriers who complete a delivery at the same moment one has brought it', async () => {
  const other = await stack.signIn({ roles: ['courier'] });
  const outcomes = await race(20, async (_, delivery) => {
    const [first, second] = await Promise.all([
      kitchen.complete(delivery),
      kitchen.complete(delivery, other),
    ]);
    const { courier } = (await kitchen.admin.get(`/v1/deliveries/${delivery}`)).body;
    const winner = first.status === 200 ? kitchen.courier : other;
    return `${[inWords(first), inWords(second)].sort().join(', ')}: ${courier === winner.user ? 'theirs' : courier}`;
  });
  // Whoever looks after the other had it sees no such delivery any more.
  const lawful = /^(409 already-completed|404 not-found), done: theirs$/;
  expect(Object.keys(outcomes).filter((outcome) => !lawful.test(outcome))).toEqual([]);
});
