import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../root';
import { provider, type Provider } from './provider-process';
import { argsOf } from '../scripts';

let psp: Provider;
beforeAll(async () => {
  psp = await provider();
});
afterAll(() => psp.remove());
afterEach(() => psp.call('DELETE', '/faults'));

const off = {
  latencyMs: [0, 0],
  errorRate: 0,
  errorAfterRate: 0,
  lostRate: 0,
  down: false,
  allowRefunds: false,
};

it('a drill says what is on, the rest is off', async () => {
  expect(await psp.call('PUT', '/faults', { errorRate: 0.1 })).toEqual({
    status: 200,
    body: { ...off, errorRate: 0.1 },
  });
  expect((await psp.call('PUT', '/faults', { latencyMs: [5, 9] })).body).toEqual({
    ...off,
    latencyMs: [5, 9],
  });
  expect((await psp.call('GET', '/faults')).body).toEqual({ ...off, latencyMs: [5, 9] });
  expect((await psp.call('DELETE', '/faults')).status).toBe(204);
  expect((await psp.call('GET', '/faults')).body).toEqual(off);
});

it.each([
  [{ errorRate: 1.1 }],
  [{ errorRate: -1 }],
  [{ lostRate: 'often' }],
  [{ errorRate: 0.6, lostRate: 0.6 }],
  [{ latencyMs: [20, 10] }],
  [{ latencyMs: 20 }],
  [{ down: 1 }],
  [{ flames: true }],
  [undefined],
])('nonsense changes nothing: %j', async (nonsense) => {
  await psp.call('PUT', '/faults', { errorRate: 0.2 });
  expect((await psp.call('PUT', '/faults', nonsense)).status).toBe(400);
  expect((await psp.call('GET', '/faults')).body).toEqual({ ...off, errorRate: 0.2 });
});

it('an error before the capture frees the key', async () => {
  await psp.call('PUT', '/faults', { errorRate: 1, latencyMs: [300, 300] });
  const answer = psp.charge('before');
  await sleep(100);
  await psp.call('DELETE', '/faults');
  expect(await psp.lookUp('before')).toMatchObject({ status: 'processing' });
  expect((await answer).status).toBe(500);
  expect(await psp.lookUp('before')).toBeUndefined();
  expect((await psp.charge('before', 'tok_ok', 1)).status).toBe(201);
});

it('an error after the capture, and a lost answer, leave it captured', async () => {
  await psp.call('PUT', '/faults', { errorAfterRate: 1 });
  expect((await psp.charge('after')).status).toBe(500);
  await psp.call('PUT', '/faults', { lostRate: 1 });
  await expect(psp.charge('lost', 'tok_ok', 1, AbortSignal.timeout(500))).rejects.toThrow();
  await psp.call('DELETE', '/faults');
  expect(await psp.lookUp('after')).toMatchObject({ status: 'captured' });
  expect(await psp.lookUp('lost')).toMatchObject({ status: 'captured' });
});

it('what is in process when the provider is killed ends as its token would', async () => {
  await psp.call('PUT', '/faults', { latencyMs: [5_000, 5_000] });
  const tokens = ['tok_ok', 'tok_declined', 'tok_flaky'];
  const calls = tokens.map((token) => psp.charge(`killed-${token}`, token).catch(() => 'hung up'));
  await sleep(300);
  await psp.kill('SIGKILL');
  await psp.start();
  expect(await Promise.all(calls)).toEqual(['hung up', 'hung up', 'hung up']);
  await sleep(2_500);
  expect(await psp.lookUp('killed-tok_ok')).toMatchObject({ status: 'captured' });
  expect(await psp.lookUp('killed-tok_declined')).toMatchObject({ status: 'declined' });
  expect(await psp.lookUp('killed-tok_flaky')).toBeUndefined();
});

it('a lost database connection leaves no charge in process, and none captured off the statement', async () => {
  await psp.call('PUT', '/faults', { latencyMs: [0, 20] });
  const keys = Array.from({ length: 400 }, (_, i) => `cut-${i}`);
  let calling = true;
  const cuts = (async () => {
    while (calling) await psp.cutConnections();
  })();
  const statuses = new Map<string, number>();
  const left = [...keys];
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let key = left.pop(); key !== undefined; key = left.pop())
        statuses.set(key, (await psp.charge(key)).status);
    }),
  );
  calling = false;
  await cuts;
  await psp.call('DELETE', '/faults');
  await sleep(3_000);

  expect(new Set(statuses.values())).toEqual(new Set([201, 500]));
  const onStatement = new Set((await psp.statement(1_000)).map(({ key }) => key));
  for (const key of keys) {
    const status = (await psp.lookUp(key))?.status;
    expect([key, status]).toEqual([key, onStatement.has(key) ? 'captured' : undefined]);
    if (statuses.get(key) === 201) expect(onStatement).toContain(key);
  }
});

it('the rates and the latency are what was asked for', async () => {
  await psp.call('PUT', '/faults', { errorRate: 0.5, latencyMs: [40, 80] });
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const began = Date.now();
      const { status } = await psp.charge(`rate-${i}`);
      expect(Date.now() - began).toBeGreaterThanOrEqual(39);
      return status;
    }),
  );
  const failed = answers.filter((status) => status === 500).length;
  // 100 ± 7 is one standard deviation; outside these bounds once in ten million runs.
  expect(failed).toBeGreaterThan(62);
  expect(failed).toBeLessThan(138);
});

it('down refuses everything at once, but not the drills and the statement', async () => {
  await psp.charge('up');
  await psp.call('PUT', '/faults', { down: true, latencyMs: [60_000, 60_000] });
  for (const answer of [
    await psp.charge('down'),
    await psp.call('GET', '/charges?key=up'),
    await psp.refund('chg_any', 1, 'down-refund'),
  ])
    expect([answer.status, answer.body.error.code]).toEqual([503, 'provider_down']);
  expect((await psp.call('GET', '/faults')).status).toBe(200);
  expect((await psp.call('GET', '/healthz')).status).toBe(200);
  expect(await psp.statement()).toContainEqual(expect.objectContaining({ key: 'up' }));
  await psp.call('DELETE', '/faults');
  expect(await psp.lookUp('down')).toBeUndefined();
});

it('it stops when told to, with an answer still outstanding, and a restart ends the drill', async () => {
  const held = psp.charge('held', 'tok_lost').catch(() => 'hung up');
  await psp.call('PUT', '/faults', { errorRate: 0.3 });
  await sleep(200);
  expect(await psp.kill('SIGTERM')).toBe(0);
  expect(await held).toBe('hung up');
  await psp.start();
  expect((await psp.call('GET', '/faults')).body).toEqual(off);
});

it('faults are ordered from this machine alone, wherever HOST leads', async () => {
  const open = await provider({ HOST: '0.0.0.0' });
  try {
    // 127.0.0.2 is any other address of this machine: whoever listens on all of them answers there.
    await expect(fetch(`${open.url.replace('127.0.0.1', '127.0.0.2')}/faults`)).rejects.toThrow();
    expect((await open.call('GET', '/faults')).status).toBe(200);
  } finally {
    await open.remove();
  }
});

it('it refuses to run in production', () => {
  const { status, stdout } = spawnSync(process.execPath, argsOf('psp/main.ts'), {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      TRUST_PROXY_HOPS: '1',
      DATABASE_URL: 'postgres://nowhere/haru',
      TEMPORAL_ADDRESS: 'nowhere:7233',
      OIDC_JWKS_URL: 'https://nowhere/jwks',
      PAYMENT_PROVIDER_URL: 'https://nowhere',
    },
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stdout.trim().split('\n')).toEqual([expect.stringContaining('never runs in production')]);
});
