import { networkInterfaces } from 'node:os';
import { isFromThisMachine } from '../../api/dev/routes';
import { configFrom } from '../../config';
import { IdentityProvider } from '../identity-provider';
import { type Gateway, openGateway, THING, token } from './gateway';

const NEW_TOKEN = { body: { user: 'mallory', roles: ['admin'] } };
const minted = async (gateway: Gateway, headers = {}) =>
  (await gateway.ask('POST', '/v1/dev/tokens', { ...NEW_TOKEN, headers })).status;

test('without a secret of its own nothing signs development tokens, and the door is not there', async () => {
  const provider = await IdentityProvider.start();
  const gateway = await openGateway({ DEV_TOKEN_SECRET: '', OIDC_JWKS_URL: provider.jwksUrl });
  try {
    expect(await minted(gateway)).toBe(404);
    const deleted = async (bearer: string) =>
      (await gateway.ask('DELETE', `/v1/things/${THING}`, { token: bearer })).status;
    expect(await deleted(await token({}, { secret: 'haru-development-only' }))).toBe(401);
    expect(await deleted(await provider.token())).toBe(204);
  } finally {
    await gateway.close();
    await provider.stop();
  }
});

test('an API that could verify no token does not start', async () => {
  await expect(openGateway({ DEV_TOKEN_SECRET: '' })).rejects.toThrow(
    'set OIDC_JWKS_URL, or DEV_TOKEN_SECRET',
  );
});

describe('the door for development tokens', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await openGateway({ HOST: '0.0.0.0' });
  });
  afterAll(() => gateway.close());

  test('lets this machine in, and nobody who comes by a proxy', async () => {
    expect(await minted(gateway)).toBe(200);
    for (const header of ['Forwarded', 'X-Forwarded-For', 'X-Real-IP', 'Via'])
      expect(await minted(gateway, { [header]: '127.0.0.1' })).toBe(404);
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  (outside === undefined ? test.skip : test)('is not there for the network', async () => {
    const url = gateway.url.replace('127.0.0.1', outside ?? '');
    const answer = await fetch(`${url}/v1/dev/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(NEW_TOKEN.body),
    });
    expect(answer.status).toBe(404);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['192.168.0.7', false],
    ['::ffff:10.0.0.1', false],
    ['2001:db8::1', false],
    [undefined, false],
  ])('takes %s for this machine: %s', (remoteAddress, isLocal) => {
    expect(isFromThisMachine({ socket: { remoteAddress }, headers: {} })).toBe(isLocal);
  });
});

test('production has no doors to open', () => {
  const production = {
    NODE_ENV: 'production',
    TRUST_PROXY_HOPS: '1',
    DATABASE_URL: 'postgres://db/haru',
    TEMPORAL_ADDRESS: 'temporal:7233',
    OIDC_JWKS_URL: 'https://id.example.com/jwks',
    PAYMENT_PROVIDER: 'stripe',
  };
  expect(() => configFrom(production)).not.toThrow();
  expect(() => configFrom({ ...production, DEV_DOORS: 'container' })).toThrow('DEV_DOORS');
  expect(() => configFrom({ ...production, DEV_TOKEN_SECRET: 'x'.repeat(20) })).toThrow('DEV_TOKEN_SECRET');
});
