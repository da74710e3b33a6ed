import { provider, type Provider } from './provider-process';

let psp: Provider;
beforeAll(async () => {
  psp = await provider();
});
afterAll(() => psp.remove());

it('an empty statement has no lines and no next page', async () => {
  const empty = { status: 200, body: { data: [], nextCursor: null } };
  expect(await psp.call('GET', '/statement')).toEqual(empty);
  expect(await psp.call('GET', '/statement?cursor=')).toEqual(empty);
});

it('a line says what moved, for which charge, by which key', async () => {
  const { body: charge } = await psp.charge('line', 'tok_ok', 5_000);
  await psp.refund(charge.id, 2_000, 'line-refund');
  const line = { currency: 'KRW', chargeId: charge.id, at: expect.stringMatching(/Z$/) };
  expect(await psp.statement()).toEqual([
    { ...line, kind: 'capture', amount: 5_000, key: 'line' },
    { ...line, kind: 'refund', amount: 2_000, key: 'line-refund' },
  ]);
});

it('a reader beside many writers sees each line once, in one order, and misses none', async () => {
  const moved: string[] = [];
  const write = async (writer: number) => {
    for (let i = 0; i < 25; i++) {
      const key = `w${writer}-${i}`;
      const { body } = await psp.charge(key, 'tok_ok', 1_000);
      moved.push(`capture ${key}`);
      await psp.refund(body.id, 400, `${key}-refund`);
      moved.push(`refund ${key}-refund`);
    }
  };
  let writing = true;
  const writers = Promise.all(Array.from({ length: 20 }, (_, n) => write(n))).then(() => (writing = false));

  // The reader never goes back: it keeps the last cursor that it was given.
  const seen: { kind: string; key: string; at: string }[] = [];
  let cursor = '0';
  for (let last = false; !last;) {
    last = !writing;
    for (let more = true; more;) {
      const { body } = await psp.call('GET', `/statement?cursor=${cursor}&limit=7`);
      more = body.nextCursor !== null;
      if (more || last) seen.push(...body.data);
      cursor = body.nextCursor ?? cursor;
    }
  }
  await writers;

  const lines = seen.map(({ kind, key }) => `${kind} ${key}`).filter((line) => line.includes(' w'));
  expect(lines).toHaveLength(1_000);
  expect([...lines].sort()).toEqual(moved.sort());
  expect(seen).toEqual(await psp.statement(1_000));
  const times = seen.map(({ at }) => at);
  expect(times).toEqual([...times].sort());
});

it.each(['limit=0', 'limit=1001', 'limit=x', 'cursor=x', 'cursor=-1', 'key=w1-1'])(
  '%s: 400',
  async (query) => {
    expect((await psp.call('GET', `/statement?${query}`)).status).toBe(400);
  },
);
