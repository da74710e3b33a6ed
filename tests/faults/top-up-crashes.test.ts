import { until } from '../../engine/wait';
import { breachesOfBooks } from '../books';
import { card } from '../cinema';
import { startSystem, type System } from '../system';

let system: System;
beforeAll(async () => {
  system = await startSystem({ apart: true, without: ['movie', 'boxoffice'], quiet: true });
});
afterEach(async () => {
  expect(await breachesOfBooks(system.db)).toEqual([]);
});
afterAll(() => system.stop());

const REFUSED = 'tok_lost';

test.each([
  ['before:charge', 'tok_ok'],
  ['after:charge', 'tok_ok'],
  ['before:creditTopUp', 'tok_ok'],
  ['after:creditTopUp', 'tok_ok'],
  ['before:failTopUp', REFUSED],
  ['after:failTopUp', REFUSED],
  ['before:giveBack', REFUSED],
  ['after:giveBack', REFUSED],
])('the worker killed %s: credited and paid, or neither', async (crash, token) => {
  const minji = await system.customer();
  await system.stopOne('worker payment');
  await system.work(['payment'], crash);
  const answer = await minji.post('/v1/deposits/top-ups', { amount: 10_000, payment: card(token) });
  expect(answer.ms).toBeLessThan(5_000);
  expect(await system.died('worker payment')).toBe(true);
  await system.work(['payment']);

  const { id, status } = await system
    .db('payment.top_ups')
    .where({ customer: minji.user })
    .first<{ id: string; status: string }>();
  const workflow = (await system.temporal).workflow.getHandle(id);
  const ended = async () => (await workflow.describe()).status.name === 'COMPLETED';
  expect(await until(ended, { withinMs: 45_000, everyMs: 250 })).toBe(true);
  expect(await workflow.result()).toBe(status);
  const credited = status === 'CREDITED' ? 10_000 : 0;
  expect(answer.status).toBe(credited > 0 ? 201 : 503);
  expect((await minji.get('/v1/deposits/me')).body.balance).toBe(credited);
  expect(await system.provider.netOf(id)).toBe(credited);
  expect(credited > 0).toBe(crash === 'after:creditTopUp');
});
