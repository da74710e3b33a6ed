import { pause, until } from '../../engine/wait';
import { provider, type Provider } from './provider-process';

let psp: Provider;
beforeAll(async () => {
  psp = await provider();
});
afterAll(() => psp.remove());
afterEach(() => psp.call('DELETE', '/faults'));

const charged = async (key: string, token = 'tok_ok') =>
  (await psp.charge(key, token, 10_000)).body.id as string;

it('a refund is made once per key', async () => {
  const id = await charged('a');
  const first = await psp.refund(id, 10_000, 'a-refund');
  expect(first).toEqual({
    status: 201,
    body: {
      id: expect.stringMatching(/^rfd_/),
      chargeId: id,
      amount: 10_000,
      key: 'a-refund',
      status: 'refunded',
      at: expect.any(String),
    },
  });
  expect(await psp.refund(id, 10_000, 'a-refund')).toEqual(first);
  expect(await psp.lookUp('a')).toMatchObject({
    status: 'captured',
    refunded: 10_000,
    refunds: [first.body],
  });
});

it('a refund is made once when it comes twenty times at once', async () => {
  const id = await charged('b');
  const answers = await Promise.all(Array.from({ length: 20 }, () => psp.refund(id, 400, 'b-refund')));
  for (const answer of answers) expect(answer).toEqual({ status: 201, body: answers[0]?.body });
  expect((await psp.lookUp('b')).refunded).toBe(400);
});

it('fifty refunds at once never give back more than was charged', async () => {
  const id = await charged('c');
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => psp.refund(id, 900, `c-refund-${i}`)),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(11);
  const refused = answers.filter(({ status }) => status !== 201);
  for (const { status, body } of refused)
    expect([status, body.error.code]).toEqual([409, 'refund_exceeds_charge']);
  expect(await psp.lookUp('c')).toMatchObject({ refunded: 9_900 });
  const lines = (await psp.statement()).filter((line) => line.kind === 'refund' && line.chargeId === id);
  expect(lines).toHaveLength(11);
});

it('a key is refused for another amount or another charge', async () => {
  const [one, two] = [await charged('d1'), await charged('d2')];
  await psp.refund(one, 100, 'd-refund');
  for (const answer of [await psp.refund(one, 200, 'd-refund'), await psp.refund(two, 100, 'd-refund')])
    expect([answer.status, answer.body.error.code]).toEqual([422, 'key_reused']);
  expect((await psp.lookUp('d2')).refunded).toBe(0);
});

it('tok_norefund is refused, and the same key succeeds once the provider relents', async () => {
  const id = await charged('e', 'tok_norefund');
  for (let i = 0; i < 2; i++) {
    const { status, body } = await psp.refund(id, 10_000, 'e-refund');
    expect([status, body.error.code]).toEqual([409, 'refund_refused']);
  }
  await psp.call('PUT', '/faults', { allowRefunds: true });
  const relented = await psp.refund(id, 10_000, 'e-refund');
  expect(relented.status).toBe(201);
  await psp.call('DELETE', '/faults');
  expect(await psp.refund(id, 10_000, 'e-refund')).toEqual(relented);
});

it('what was not captured cannot be refunded', async () => {
  await psp.charge('f', 'tok_declined');
  const declined = await psp.lookUp('f');
  expect((await psp.refund(declined.id, 1, 'f-refund')).body.error.code).toBe('charge_not_captured');
  const unknown = await psp.refund('chg_unknown', 1, 'f-refund');
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'unknown_charge']);
});

it('bad input is refused: 400', async () => {
  const id = await charged('g');
  for (const amount of [0, -1, 1.5, '1', undefined])
    expect((await psp.call('POST', `/charges/${id}/refunds`, { amount }, 'g-refund')).status).toBe(400);
  expect((await psp.call('POST', `/charges/${id}/refunds`, { amount: 1 })).status).toBe(400);
});

it('the drills strike refunds too: an error before makes none, one after makes it', async () => {
  const id = await charged('h');
  await psp.call('PUT', '/faults', { errorRate: 1 });
  expect((await psp.refund(id, 100, 'h-1')).status).toBe(500);
  await psp.call('PUT', '/faults', { errorAfterRate: 1 });
  expect((await psp.refund(id, 100, 'h-2')).status).toBe(500);
  await psp.call('DELETE', '/faults');
  expect((await psp.lookUp('h')).refunds.map(({ key }: { key: string }) => key)).toEqual(['h-2']);
});

it('the key of a refund that takes long is on record on arrival, and its money is set aside', async () => {
  const id = await charged('slow');
  await psp.call('PUT', '/faults', { latencyMs: [4_000, 4_000] });
  const answer = psp.refund(id, 6_000, 'slow-refund');
  // Looking it up would take as long.
  await pause(500);
  const pending = async () => (await psp.lookUp('slow')).refunds[0]?.status === 'processing';
  await psp.call('DELETE', '/faults');
  expect(await until(pending, { withinMs: 1_500, everyMs: 20 })).toBe(true);
  expect(await psp.lookUp('slow')).toMatchObject({ refunded: 0 });
  expect((await psp.refund(id, 6_000, 'another')).body.error.code).toBe('refund_exceeds_charge');
  expect((await psp.refund(id, 6_000, 'slow-refund')).body.error.code).toBe('in_flight');
  expect((await answer).body).toMatchObject({ status: 'refunded', key: 'slow-refund' });
  expect((await psp.refund(id, 6_000, 'slow-refund')).status).toBe(201);
  expect(await psp.lookUp('slow')).toMatchObject({ refunded: 6_000 });
});

it('a refund that failed before it was made leaves its key and its money free', async () => {
  const id = await charged('fails');
  await psp.call('PUT', '/faults', { errorRate: 1 });
  expect((await psp.refund(id, 10_000, 'fails-refund')).body.error.code).toBe('provider_error');
  await psp.call('DELETE', '/faults');
  expect((await psp.lookUp('fails')).refunds).toEqual([]);
  expect((await psp.refund(id, 10_000, 'fails-refund')).status).toBe(201);
});
