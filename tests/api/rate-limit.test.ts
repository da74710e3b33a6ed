import { configFrom } from '../../config';
import { until } from '../../engine/wait';
import { newDatabases } from '../test-stack';
import { openGateway, token } from './gateway';

const LIMIT = 40;

test('limits hold over processes: one learns within a second what the other has counted', async () => {
  const { databaseUrl } = await newDatabases();
  const env = { DATABASE_URL: databaseUrl, RATE_LIMIT_PER_MINUTE: String(LIMIT) };
  const [one, other] = await Promise.all([openGateway(env), openGateway(env)]);
  try {
    const minji = { token: await token() };
    await untilMinuteIsYoung();
    for (let n = 0; n < LIMIT; n++) expect((await one.ask('GET', '/v1/things', minji)).status).toBe(200);
    expect((await one.ask('GET', '/v1/things', minji)).status).toBe(429);
    let letIn = 0;
    const refused = async () => {
      const { status } = await other.ask('GET', '/v1/things', minji);
      if (status === 200) letIn++;
      return status === 429;
    };
    expect(await until(refused, { withinMs: 10_000, everyMs: 100 })).toBe(true);
    expect(letIn).toBeLessThan(LIMIT / 2);
    const jun = { token: await token({ sub: 'jun' }) };
    expect((await other.ask('GET', '/v1/things', jun)).status).toBe(200);
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
});

/** Counts begin anew with each minute of the clock. */
async function untilMinuteIsYoung(): Promise<void> {
  await until(() => Date.now() % 60_000 < 40_000, { withinMs: 21_000 });
}

test('answers tell how much of each limit is left', async () => {
  const gateway = await openGateway({ RATE_LIMIT_PER_MINUTE: '5' });
  try {
    const { headers } = await gateway.ask('GET', '/v1/things', { token: await token() });
    expect(headers.get('ratelimit')).toMatch(/^"address"; r=49; t=\d+, "user"; r=4; t=\d+$/);
    expect(headers.get('ratelimit-policy')).toMatch(/^"address"; q=50; w=60; .*, "user"; q=5; w=60; /);
  } finally {
    await gateway.close();
  }
});

test('behind as many proxies as are said, each client has an address of its own', async () => {
  const gateway = await openGateway({ RATE_LIMIT_PER_MINUTE: '1', TRUST_PROXY_HOPS: '1' });
  try {
    const from = async (forwarded: string) =>
      (await gateway.ask('GET', '/v1/things', { headers: { 'X-Forwarded-For': forwarded } })).status;
    for (let n = 0; n < 10; n++) expect(await from('203.0.113.7')).toBe(200);
    // What a client itself claims stands further left.
    expect(await from('198.51.100.1, 203.0.113.7')).toBe(429);
    expect(await from('203.0.113.8')).toBe(200);
  } finally {
    await gateway.close();
  }
});

test('production asks how many proxies there are', () => {
  const production = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://db/haru',
    TEMPORAL_ADDRESS: 'temporal:7233',
    OIDC_JWKS_URL: 'https://id.example.com/jwks',
    PAYMENT_PROVIDER: 'stripe',
  };
  expect(() => configFrom(production)).toThrow('production needs TRUST_PROXY_HOPS');
  expect(configFrom({ ...production, TRUST_PROXY_HOPS: '0' }).trustProxyHops).toBe(0);
});
