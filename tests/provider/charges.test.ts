import { setTimeout as sleep } from 'node:timers/promises';
import { provider, type Provider } from './provider-process';

let psp: Provider;
beforeAll(async () => {
  psp = await provider();
});
afterAll(() => psp.remove());

const captures = async (key: string) => (await psp.statement()).filter((line) => line.key === key).length;
const hangUpAfter = (ms: number) => AbortSignal.timeout(ms);

describe('a key', () => {
  it('captures once, and gives the first answer again', async () => {
    const first = await psp.charge('once');
    expect(first).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^chg_/),
        amount: 12_000,
        currency: 'KRW',
        key: 'once',
        status: 'captured',
        refunded: 0,
        refunds: [],
        at: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    });
    await psp.refund(first.body.id, 500, 'once-refund');
    expect(await psp.charge('once')).toEqual(first);
    expect(await captures('once')).toBe(1);
  });

  it('captures once when it comes twenty times at once, on every token', async () => {
    for (const token of ['tok_ok', 'tok_norefund']) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => psp.charge(`twenty-${token}`, token)),
      );
      for (const answer of answers) expect(answer).toEqual({ status: 201, body: answers[0]?.body });
      expect(await captures(`twenty-${token}`)).toBe(1);
    }
  });

  it('waits for the request that came first', async () => {
    await psp.call('PUT', '/faults', { latencyMs: [300, 300] });
    const answers = await Promise.all([1, 2, 3].map(() => psp.charge('together')));
    await psp.call('DELETE', '/faults');
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await captures('together')).toBe(1);
  });

  it('is refused with another body', async () => {
    await psp.charge('other');
    for (const answer of [await psp.charge('other', 'tok_ok', 1), await psp.charge('other', 'tok_slow')])
      expect([answer.status, answer.body.error.code]).toEqual([422, 'key_reused']);
  });

  it('holds through kill -9 and restart, declined or captured', async () => {
    const captured = await psp.charge('killed');
    const declined = await psp.charge('killed-declined', 'tok_declined');
    await psp.kill('SIGKILL');
    await psp.start();
    expect(await psp.charge('killed')).toEqual(captured);
    expect(await psp.charge('killed-declined', 'tok_declined')).toEqual(declined);
    expect(await captures('killed')).toBe(1);
  });
});

describe('the tokens', () => {
  it('tok_declined is declined and moves no money', async () => {
    const { status, body } = await psp.charge('declined', 'tok_declined');
    expect([status, body.error.code]).toEqual([402, 'card_declined']);
    expect(await psp.lookUp('declined')).toMatchObject({ status: 'declined', refunds: [] });
    expect(await captures('declined')).toBe(0);
  });

  it('tok_slow answers and captures after 3 s, in process until then', async () => {
    const began = Date.now();
    const answer = psp.charge('slow', 'tok_slow');
    await sleep(200);
    expect(await psp.lookUp('slow')).toMatchObject({ status: 'processing', amount: 12_000 });
    expect((await psp.charge('slow', 'tok_slow')).body.error.code).toBe('in_flight');
    expect(await captures('slow')).toBe(0);
    expect((await answer).status).toBe(201);
    expect(Date.now() - began).toBeGreaterThanOrEqual(2_990);
    expect(await captures('slow')).toBe(1);
  });

  it('tok_slow captures although the caller hung up', async () => {
    await expect(psp.charge('slow-gone', 'tok_slow', 900, hangUpAfter(200))).rejects.toThrow();
    await sleep(3_200);
    expect(await psp.lookUp('slow-gone')).toMatchObject({ status: 'captured' });
  });

  it('tok_slow captures although the provider was killed in between', async () => {
    await expect(psp.charge('slow-killed', 'tok_slow', 900, hangUpAfter(300))).rejects.toThrow();
    await psp.kill('SIGKILL');
    await psp.start();
    await sleep(3_000);
    expect(await psp.lookUp('slow-killed')).toMatchObject({ status: 'captured' });
    expect(await captures('slow-killed')).toBe(1);
  });

  it('tok_lost captures, and the answer never comes', async () => {
    await expect(psp.charge('lost', 'tok_lost', 900, hangUpAfter(700))).rejects.toThrow();
    expect(await psp.lookUp('lost')).toMatchObject({ status: 'captured' });
    expect((await psp.charge('lost', 'tok_lost', 900)).status).toBe(201);
    expect(await captures('lost')).toBe(1);
  });

  it('tok_error_after captures, and answers 500', async () => {
    expect((await psp.charge('after', 'tok_error_after')).status).toBe(500);
    expect(await psp.lookUp('after')).toMatchObject({ status: 'captured' });
    expect(await captures('after')).toBe(1);
  });

  it('tok_flaky is not processed twice, the key free again each time, then captured', async () => {
    for (let i = 0; i < 2; i++) {
      const { status, body } = await psp.charge('flaky', 'tok_flaky');
      expect([status, body.error.code]).toEqual([503, 'not_processed']);
      expect(await psp.lookUp('flaky')).toBeUndefined();
    }
    expect((await psp.charge('flaky', 'tok_flaky')).status).toBe(201);
    expect(await captures('flaky')).toBe(1);
  });

  it('an unknown one is refused, its key unused', async () => {
    const { status, body } = await psp.charge('unknown', 'tok_gold');
    expect([status, body.error.code]).toEqual([422, 'unknown_token']);
    expect((await psp.charge('unknown')).status).toBe(201);
  });
});

describe('bad input', () => {
  const good = { amount: 1_000, currency: 'KRW', token: 'tok_ok' };
  it.each([
    ['no body', undefined, 'bad'],
    ['no key', good, undefined],
    ['too long a key', good, 'k'.repeat(256)],
    ['a key with a space', good, 'a b'],
    ['nothing to pay', { ...good, amount: 0 }, 'bad'],
    ['less than nothing', { ...good, amount: -5 }, 'bad'],
    ['half a won', { ...good, amount: 10.5 }, 'bad'],
    ['an amount in words', { ...good, amount: '1000' }, 'bad'],
    ['dollars', { ...good, currency: 'USD' }, 'bad'],
    ['an unknown field', { ...good, tip: 1 }, 'bad'],
  ])('%s: 400', async (_what, body, key) => {
    const answer = await psp.call('POST', '/charges', body, key);
    expect(answer).toEqual({
      status: 400,
      body: { error: { code: 'invalid_request', message: expect.not.stringMatching(/ at .*\.ts/) } },
    });
    expect(await psp.lookUp('bad')).toBeUndefined();
  });

  it('a broken body, a missing or unknown query, an unknown path', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'bad' };
    const broken = await fetch(`${psp.url}/charges`, { method: 'POST', headers, body: '{"amount":' });
    expect(broken.status).toBe(400);
    expect((await psp.call('GET', '/charges')).status).toBe(400);
    expect((await psp.call('GET', '/charges?key=a&all=1')).status).toBe(400);
    expect((await psp.call('GET', '/nothing')).status).toBe(404);
    const huge = await psp.call('POST', '/charges', { ...good, token: 'x'.repeat(20_000) }, 'bad');
    expect(huge.status).toBe(413);
  });
});
