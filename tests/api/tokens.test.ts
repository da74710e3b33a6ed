import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { configFrom } from '../../config';
import { IdentityProvider } from '../identity-provider';
import { DEV_SECRET, openGateway, THING, token, unusedPort, type Gateway } from './gateway';

const in60s = () => Math.floor(Date.now() / 1_000) + 60;

describe('a development token', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await openGateway();
  });
  afterAll(() => gateway.close());

  const me = (bearer?: string, headers = {}) =>
    gateway.ask('DELETE', `/v1/things/${THING}`, { ...(bearer !== undefined && { token: bearer }), headers });

  test('that is good lets in, again and again', async () => {
    const good = await token();
    for (let i = 0; i < 3; i++) expect((await me(good)).status).toBe(204);
  });

  test('comes from the door for developers, with its roles and language', async () => {
    const made = await gateway.ask('POST', '/v1/dev/tokens', {
      body: { user: 'minji', roles: ['staff'], locale: 'en' },
    });
    expect(made.status).toBe(200);
    const polished = await gateway.ask('POST', `/v1/things/${THING}/polish`, { token: made.body.token });
    expect(polished.status).toBe(200);
    expect((await gateway.ask('GET', '/v1/nothing', { token: made.body.token })).body.title).toBe(
      'Not found',
    );
  });

  test('that is missing is a 401 that says what is wanted', async () => {
    const { status, headers, body } = await me();
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="haru"');
  });

  const bad: [string, () => Promise<string> | string][] = [
    ['expired', () => token({ exp: in60s() - 120 })],
    ['without an expiry', () => token({ exp: undefined })],
    ['of another issuer', () => token({ iss: 'someone' })],
    ['without an issuer', () => token({ iss: undefined })],
    ['for another audience', () => token({ aud: 'other' })],
    ['without an audience', () => token({ aud: undefined })],
    ['not valid yet', () => token({ nbf: in60s() })],
    ['without a subject', () => token({ sub: undefined })],
    ['with an empty subject', () => token({ sub: '' })],
    ['with a subject of 129 characters', () => token({ sub: 's'.repeat(129) })],
    ['with a NUL in its subject', () => token({ sub: 'a\0b' })],
    ['with a subject that is a number', () => token({ sub: 7 })],
    ['signed with another secret', () => token({}, { secret: 'another-secret-of-length' })],
    [
      'of a stronger algorithm than is pinned',
      () => token({}, { secret: DEV_SECRET.repeat(4), alg: 'HS512' }),
    ],
    [
      'of algorithm none',
      () =>
        new UnsecuredJWT({ roles: [] })
          .setSubject('x')
          .setIssuer('haru-dev')
          .setAudience('haru')
          .setExpirationTime('1m')
          .encode(),
    ],
    ['with its claims changed', async () => forged(await token(), { roles: ['admin'] })],
    ['signed by RS256 while HS256 is pinned', () => rsaToken()],
    ['that is garbage', () => 'a.b.c'],
    ['without dots', () => 'garbage'],
    ['of 7,000 characters', () => 'e'.repeat(7_000)],
  ];
  test.each(bad)('%s is a 401', async (_, make) => {
    const { status, headers, body } = await me(await make());
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="haru", error="invalid_token"');
  });

  test('under another scheme is a 401', async () => {
    for (const authorization of [`Basic ${btoa('a:b')}`, 'Bearer', await token()])
      expect((await me(undefined, { authorization })).status).toBe(401);
  });

  test('stops letting in when it expires, though it was good a moment ago', async () => {
    // The tolerance for clocks is 5 s.
    const brief = await token({ exp: Math.floor(Date.now() / 1_000) - 3 });
    expect((await me(brief)).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await me(brief)).status).toBe(401);
  });

  test('without the role is a 403, before the body is looked at', async () => {
    const polish = async (roles: unknown) =>
      (await gateway.ask('POST', `/v1/things/${THING}/polish`, { token: await token({ roles }), body: '{' }))
        .status;
    expect(await polish(['customer', 'host', 'courier', 'manager'])).toBe(403);
    expect(await polish(['king'])).toBe(403);
    expect(await polish(undefined)).toBe(403);
    expect(await polish('staff')).toBe(403);
    expect(await polish(['king', 'admin'])).toBe(400);
  });

  test('is never in the log', async () => {
    const good = await token();
    await me(good);
    expect(JSON.stringify(gateway.log)).not.toContain(good);
    expect(gateway.log).toContainEqual(
      expect.objectContaining({ method: 'DELETE', route: '/v1/things/{id}', status: 204, user: 'minji' }),
    );
  });
});

describe('a token of the identity provider', () => {
  let provider: IdentityProvider;
  beforeAll(async () => {
    provider = await IdentityProvider.start();
  });
  afterAll(() => provider.stop());

  const status = async (gateway: Gateway, bearer: string) =>
    (await gateway.ask('DELETE', `/v1/things/${THING}`, { token: bearer })).status;

  const production = (jwks: string) => ({
    NODE_ENV: 'production',
    TRUST_PROXY_HOPS: '1',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    PAYMENT_PROVIDER_URL: 'http://127.0.0.1:1',
    OIDC_JWKS_URL: jwks,
  });

  test('lets in; a development token does not in production, where webhooks are https', async () => {
    const gateway = await openGateway(production(provider.jwksUrl));
    try {
      expect(await status(gateway, await provider.token())).toBe(204);
      expect(await status(gateway, await provider.token({ iss: 'x' }))).toBe(401);
      expect(await status(gateway, await provider.token({}, { kid: 'k2' }))).toBe(401);
      expect(await status(gateway, await token())).toBe(401);
      // The public key taken for a shared secret: the classic confusion of algorithms.
      expect(await status(gateway, await token({}, { secret: await provider.publicKey() }))).toBe(401);
      expect(await status(gateway, await rsaToken())).toBe(401);
      const plain = await gateway.ask('POST', '/v1/operations/webhooks', {
        token: await provider.token({ roles: ['admin'] }),
        body: { url: 'http://example.com/haru' },
      });
      expect([plain.status, plain.body.errors[0].path]).toEqual([400, 'body.url']);
    } finally {
      await gateway.close();
    }
  });

  test('and development tokens both let in where both are known, each by its own key', async () => {
    const gateway = await openGateway({ OIDC_JWKS_URL: provider.jwksUrl });
    try {
      expect(await status(gateway, await provider.token())).toBe(204);
      expect(await status(gateway, await token())).toBe(204);
      expect(await status(gateway, await token({}, { secret: await provider.publicKey() }))).toBe(401);
    } finally {
      await gateway.close();
    }
  });

  test('is an access token: what the same key signs for other ends does not let in', async () => {
    const gateway = await openGateway(production(provider.jwksUrl));
    try {
      for (const typ of ['JWT', 'at+jwt', 'application/at+jwt'])
        expect(await status(gateway, await provider.token({}, { typ }))).toBe(204);
      for (const typ of ['logout+jwt', 'dpop+jwt', 'secevent+jwt', ''])
        expect(await status(gateway, await provider.token({}, { typ }))).toBe(401);
    } finally {
      await gateway.close();
    }
  });

  test('comes with keys that nobody on the way can have changed', () => {
    const keysAt = (url: string) => () => configFrom({ OIDC_JWKS_URL: url });
    expect(keysAt('http://id.example.com/jwks')).toThrow('expected https');
    expect(keysAt('http://localhost.example.com/jwks')).toThrow('expected https');
    expect(keysAt('https://id.example.com/jwks')).not.toThrow();
    expect(keysAt('http://127.0.0.1:9000/jwks')).not.toThrow();
  });

  test('is not called bad when the keys cannot be had', async () => {
    const gateway = await openGateway(production(`http://127.0.0.1:${await unusedPort()}/jwks`));
    try {
      expect(await status(gateway, await provider.token())).toBe(503);
      expect(await status(gateway, 'a.b.c')).toBe(401);
    } finally {
      await gateway.close();
    }
  });
});

async function rsaToken(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  const claims = { sub: 'minji', roles: ['admin'], iss: 'haru-dev', aud: 'haru', exp: in60s() };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey);
}

function forged(jwt: string, claims: object): string {
  const [header, payload = '', signature] = jwt.split('.');
  const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}
