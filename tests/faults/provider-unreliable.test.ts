import { dice } from '../../drill/dice';
import { Cinema } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { extent, HOURS, SEED } from '../extent';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { bookingOf, restOf } from './rest';

const BOOKINGS = extent(60, 1_000);
const AT_ONCE = 10;
const TOKENS = ['tok_ok', 'tok_ok', 'tok_ok', 'tok_flaky', 'tok_declined', 'tok_slow'];

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA });
});
afterAll(() => stack.stop());

interface Story {
  cinema: Cinema;
  customer: TestClient;
  seat: string;
  token: string;
  changesMind: boolean;
}

interface Told {
  story: Story;
  booked: Answer;
  cancelled?: Answer;
}

async function live(story: Story): Promise<Told> {
  const { cinema, customer, seat, token, changesMind } = story;
  const booked = await cinema.book(customer, [seat], { method: 'card', token });
  if (booked.status !== 201 || !changesMind) return { story, booked };
  return { story, booked, cancelled: await customer.post(`/v1/bookings/${booked.body.id}/cancel`) };
}

/** How it must end for a customer who was told so. */
function meant({ booked, cancelled }: Told): string[] {
  if (booked.status !== 201) return ['FAILED'];
  if (!cancelled) return ['RUNNING'];
  return cancelled.status === 200 ? ['CANCELLED'] : ['RUNNING', 'CANCELLED'];
}

test(
  `${BOOKINGS} bookings at a provider that fails, loses answers and dawdles all end lawfully`,
  async () => {
    process.stderr.write(`seed ${SEED}\n`);
    const roll = dice(SEED);
    const cinemas = await Promise.all(
      Array.from({ length: Math.ceil(BOOKINGS / 100) }, () => Cinema.open(stack)),
    );
    const customers = await Promise.all(Array.from({ length: BOOKINGS }, () => stack.signIn()));
    const stories = customers.map((customer, i) => ({
      customer,
      cinema: cinemas[Math.floor(i / 100)]!,
      seat: `${(Math.floor(i / 10) % 10) + 1}${'ABCDEFGHIJ'[i % 10]}`,
      token: TOKENS[Math.floor(roll() * TOKENS.length)] ?? 'tok_ok',
      changesMind: roll() < 0.5,
    }));

    await stack.provider.faults({
      errorRate: 0.2,
      errorAfterRate: 0.2,
      lostRate: 0.2,
      latencyMs: [0, 300],
    });
    const waiting = [...stories];
    const told: Told[] = [];
    const clerk = async () => {
      for (let story = waiting.shift(); story; story = waiting.shift()) told.push(await live(story));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, clerk));
    await stack.provider.heal();
    expect(await stack.breaches(120_000)).toEqual([]);

    const ends: Record<string, number> = {};
    let [expected, net] = [0, 0];
    for (const one of told) {
      const id = await bookingOf(stack, one.story.customer.user);
      const end = await restOf(stack, id);
      expect([id, meant(one)]).toEqual([id, expect.arrayContaining([end])]);
      ends[end] = (ends[end] ?? 0) + 1;
      if (end === 'RUNNING') expected += one.story.cinema.price;
      net += await stack.provider.netOf(id);
    }
    process.stderr.write(`ends ${JSON.stringify(ends)}\n`);
    expect(net).toBe(expected);
    expect(ends.FAILED).toBeGreaterThan(0);
    expect(ends.RUNNING).toBeGreaterThan(0);
  },
  extent(180_000, HOURS),
);
