import { SERVICES } from '../../config';
import { openGateway, token, type Gateway } from './gateway';

describe('the gateway', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await openGateway();
  });
  afterAll(() => gateway.close());

  test('keeps a sane request id and replaces any other', async () => {
    const idFor = async (id: string) =>
      (await gateway.ask('GET', '/healthz', { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await idFor('abc-123')).toBe('abc-123');
    for (const odd of ['', 'a b', 'x'.repeat(129), 'clé'])
      expect(await idFor(odd)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('answers with security headers, nothing of its make, and no caching of customers’ things', async () => {
    const { headers } = await gateway.ask('GET', '/v1/things');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toMatch('max-age');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.has('x-powered-by') || headers.has('etag')).toBe(false);
  });

  test('lets browsers of any origin ask, and read the headers they need', async () => {
    const preflight = await gateway.ask('OPTIONS', '/v1/things', {
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,idempotency-key',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toMatch('POST');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch('Idempotency-Key');
    const answer = await gateway.ask('GET', '/v1/nothing', { headers: { origin: 'https://app.example' } });
    expect(answer.headers.get('access-control-expose-headers')).toBe(
      'X-Request-Id,Location,Retry-After,Idempotency-Replayed,ETag,RateLimit,RateLimit-Policy',
    );
  });

  test('tells Prometheus by route, not by URL', async () => {
    await gateway.ask('GET', '/v1/things?limit=3');
    const { body, headers } = await gateway.ask('GET', '/metrics');
    expect(headers.get('content-type')).toMatch('text/plain');
    expect(body).toMatch('http_request_duration_seconds_count{method="GET",route="/v1/things",status="200"}');
    expect(body).not.toMatch('limit=3');
  });

  test('is alive, and not ready while database and engine are out of reach, with the parts named', async () => {
    const alive = await gateway.ask('GET', '/healthz');
    expect([alive.status, alive.body]).toEqual([200, { status: 'ok' }]);
    const { status, body } = await gateway.ask('GET', '/readyz');
    expect(status).toBe(503);
    const required = ['database', 'temporal', ...SERVICES.map((service) => `queue ${service}`)];
    const others = ['views', 'notification', 'consumers', 'transactions', 'clocks'];
    expect(body).toEqual({
      ready: false,
      parts: Object.fromEntries([
        ...required.map((part) => [part, { ok: false }]),
        ...others.map((part) => [part, { ok: false, required: false }]),
      ]),
    });
  });

  test('serves the page of its documentation with scripts from itself only', async () => {
    const page = await gateway.ask('GET', '/docs');
    expect(page.headers.get('content-security-policy')).toMatch("script-src 'self';");
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source);
    expect(sources).toHaveLength(5);
    for (const source of sources) expect((await gateway.ask('GET', `/${source}`)).status).toBe(200);
    expect((await gateway.ask('GET', '/docs/index.html')).status).toBe(404);
    expect((await gateway.ask('GET', '/docs/package.json')).status).toBe(404);
  });
});

test('services left out do not count for readiness', async () => {
  const gateway = await openGateway({
    HARU_WITHOUT: 'boxoffice,payment,kickboard,bike,billing,food,delivery',
  });
  try {
    const { body } = await gateway.ask('GET', '/readyz');
    const listening = ['views', 'notification', 'consumers', 'transactions', 'clocks'];
    expect(Object.keys(body.parts)).toEqual(['database', 'temporal', 'queue movie', ...listening]);
  } finally {
    await gateway.close();
  }
});

test('one that is stopping is not ready and keeps no connection, yet still answers', async () => {
  const gateway = await openGateway();
  try {
    expect((await gateway.ask('GET', '/healthz')).headers.get('connection')).toBe('keep-alive');
    gateway.stop();
    const { status, headers } = await gateway.ask('GET', '/v1/things');
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    expect((await gateway.ask('GET', '/readyz')).body.parts.stopping).toEqual({ ok: false });
  } finally {
    await gateway.close();
  }
});

test('a user over the limit gets 429 with Retry-After; others, and probes, do not', async () => {
  const gateway = await openGateway({ RATE_LIMIT_PER_MINUTE: '3' });
  try {
    const minji = await token();
    for (let i = 0; i < 3; i++)
      expect((await gateway.ask('GET', '/v1/things', { token: minji })).status).toBe(200);
    const { status, headers, body } = await gateway.ask('GET', '/v1/things', { token: minji });
    expect([status, body.code]).toEqual([429, 'too-many-requests']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await gateway.ask('GET', '/v1/things', { token: await token({ sub: 'jun' }) })).status).toBe(200);
    for (let i = 0; i < 40; i++) await gateway.ask('GET', '/healthz');
    expect((await gateway.ask('GET', '/v1/things')).status).toBe(200);
  } finally {
    await gateway.close();
  }
});

test('an address over ten times the limit gets 429, whatever tokens it tries', async () => {
  const gateway = await openGateway({ RATE_LIMIT_PER_MINUTE: '2' });
  try {
    for (let i = 0; i < 20; i++)
      expect((await gateway.ask('GET', '/v1/things', { token: `a.b.${i}` })).status).toBe(401);
    const { status } = await gateway.ask('GET', '/v1/things', {
      headers: { 'x-forwarded-for': '203.0.113.7' },
    });
    expect(status).toBe(429);
    expect((await gateway.ask('GET', '/healthz')).status).toBe(200);
  } finally {
    await gateway.close();
  }
});

test('origins are held to those configured', async () => {
  const gateway = await openGateway({ CORS_ORIGIN: 'https://a.example, https://b.example' });
  try {
    const allowed = async (origin: string) =>
      (await gateway.ask('GET', '/healthz', { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await allowed('https://b.example')).toBe('https://b.example');
    expect(await allowed('https://evil.example')).toBeNull();
  } finally {
    await gateway.close();
  }
});

test('in production metrics and the parts of readiness are for who has the token', async () => {
  const production = {
    NODE_ENV: 'production',
    TRUST_PROXY_HOPS: '1',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    PAYMENT_PROVIDER_URL: 'http://127.0.0.1:1',
    OIDC_JWKS_URL: 'http://127.0.0.1:1/jwks',
  };
  const METRICS_TOKEN = 'the-token-of-prometheus';
  const [closed, open] = await Promise.all([
    openGateway(production),
    openGateway({ ...production, METRICS_TOKEN }),
  ]);
  try {
    for (const token of [undefined, METRICS_TOKEN, 'the-token-of-prometheuz', '']) {
      const trusted = token === METRICS_TOKEN;
      const asked = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
      expect((await closed.ask('GET', '/metrics', asked)).status).toBe(401);
      expect((await open.ask('GET', '/metrics', asked)).status).toBe(trusted ? 200 : 401);
      const { status, body } = await open.ask('GET', '/readyz', asked);
      expect([status, body.ready]).toEqual([503, false]);
      expect('temporal' in body.parts).toBe(trusted);
      expect((await closed.ask('GET', '/readyz', asked)).body).toEqual({ ready: false, parts: {} });
    }
    expect((await closed.ask('GET', '/healthz')).status).toBe(200);
  } finally {
    await Promise.all([closed.close(), open.close()]);
  }
});

test('in production there is no door for development tokens', async () => {
  const gateway = await openGateway({
    NODE_ENV: 'production',
    TRUST_PROXY_HOPS: '1',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    PAYMENT_PROVIDER_URL: 'http://127.0.0.1:1',
    OIDC_JWKS_URL: 'http://127.0.0.1:1/jwks',
  });
  try {
    for (const method of ['POST', 'GET', 'PUT'])
      expect(
        (await gateway.ask(method, '/v1/dev/tokens', { headers: { 'content-type': 'text/plain' } })).status,
      ).toBe(404);
    const { body } = await gateway.ask('GET', '/openapi.json');
    expect(Object.keys(body.paths)).not.toContain('/v1/dev/tokens');
  } finally {
    await gateway.close();
  }
});
