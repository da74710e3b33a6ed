import { gzipSync } from 'node:zlib';
import { PROBLEMS, problemBody, Problem, type ProblemCode } from '../../api/problems';
import { openGateway, THING, token, type Gateway } from './gateway';

let gateway: Gateway;
let minji: string;
beforeAll(async () => {
  gateway = await openGateway();
  minji = await token();
});
afterAll(() => gateway.close());

describe('a problem', () => {
  test('has the stated shape, the code, and the id of the request', async () => {
    const { status, headers, body } = await gateway.ask('POST', '/v1/things', {
      token: minji,
      body: { name: 'taken' },
      headers: { 'x-request-id': 'req-1' },
    });
    expect(status).toBe(409);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(headers.get('content-language')).toBe('en');
    expect(body).toEqual({
      type: '/problems/seat-taken',
      title: 'Seat taken',
      status: 409,
      code: 'seat-taken',
      detail: 'Someone else has these seats: 1A, 2B. Choose others.',
      requestId: 'req-1',
    });
  });

  test('speaks the language of the token, else of Accept-Language, else Korean', async () => {
    const korean = await token({ locale: 'ko' });
    const strange = await token({ locale: 'fr' });
    const language = async (options: { token?: string; headers?: Record<string, string> }) =>
      (await gateway.ask('GET', '/v1/nothing', options)).body.title;
    expect(await language({ token: minji, headers: { 'accept-language': 'ko' } })).toBe('Not found');
    expect(await language({ token: korean, headers: { 'accept-language': 'en' } })).toBe('찾을 수 없음');
    expect(await language({ token: strange })).toBe('찾을 수 없음');
    expect(await language({ headers: { 'accept-language': 'en-GB,en;q=0.9,ko;q=0.1' } })).toBe('Not found');
    expect(await language({ headers: { 'accept-language': 'de, ko;q=0.5' } })).toBe('찾을 수 없음');
    expect(await language({ headers: { 'accept-language': 'fr' } })).toBe('찾을 수 없음');
    expect(await language({})).toBe('찾을 수 없음');
  });

  test.each(Object.keys(PROBLEMS) as ProblemCode[])('%s has words in both languages', (code) => {
    const params = { seats: ['1A'] };
    const ko = problemBody(new Problem(code, params), 'ko', 'r');
    const en = problemBody(new Problem(code, params), 'en', 'r');
    expect(ko.title + ko.detail).toMatch(/[가-힣]/);
    expect(en.title + en.detail).not.toMatch(/[가-힣]/);
    expect(ko.detail + en.detail).not.toMatch(/[{}]|undefined/);
    if ([429, 503].includes(ko.status)) expect(PROBLEMS[code]).toHaveProperty('retryAfter');
  });

  test('hides what went wrong inside, and the log has it', async () => {
    const { status, body } = await gateway.ask('POST', '/v1/things', {
      token: minji,
      body: { name: 'broken' },
    });
    expect(status).toBe(500);
    expect(body.code).toBe('internal-error');
    expect(JSON.stringify(body)).not.toMatch(/secret|select|\.ts/);
    const line = gateway.log.find(({ msg }) => msg === 'unexpected error');
    expect(line).toMatchObject({
      requestId: body.requestId,
      err: { stack: expect.stringMatching('secret') },
    });
  });

  test('a dependency out of reach is a 503 that says when to try again', async () => {
    const { status, headers, body } = await gateway.ask('POST', '/v1/things', {
      token: minji,
      body: { name: 'down' },
    });
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
  });

  test('a database that refuses connections is a 503', async () => {
    const { status, body } = await gateway.ask('POST', '/v1/things', {
      token: minji,
      body: { name: 'ok' },
      headers: { 'idempotency-key': 'key-1' },
    });
    expect([status, body.code]).toEqual([503, 'unavailable']);
  });
});

describe('a body', () => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    gateway.ask('POST', '/v1/things', { token: minji, body, headers });

  test('that is not JSON is a 400', async () => {
    for (const text of ['{"name":', 'name=x', '"name"', 'null', '\u0000', '{"name":"a"}}']) {
      const { status, body } = await post(text);
      expect([status, body.code, body.errors]).toEqual([
        400,
        'invalid-request',
        [{ path: 'body', message: expect.any(String) }],
      ]);
    }
  });

  test('over 100 kB is a 413, compressed or not', async () => {
    const large = JSON.stringify({ name: 'a'.repeat(110_000) });
    expect((await post(large)).body.code).toBe('payload-too-large');
    const bomb = await fetch(`${gateway.url}/v1/things`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${minji}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: gzipSync(large),
    });
    expect(bomb.status).toBe(413);
  });

  test.each([
    ['another type', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['an unknown charset', { 'content-type': 'application/json; charset=latin9' }],
    ['an unknown encoding', { 'content-encoding': 'rot13' }],
  ])('of %s is a 415', async (_, headers) => {
    const { status, body } = await post('{"name":"a"}', headers);
    expect([status, body.code]).toEqual([415, 'unsupported-media-type']);
  });

  test('with unknown fields, deep or shallow, is a 400 that names each', async () => {
    const { status, body } = await post(
      '{"name":"a","owner":"me","part":{"size":1,"y":2},"__proto__":{"z":1}}',
    );
    expect(status).toBe(400);
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'body.__proto__',
      'body.owner',
      'body.part.y',
    ]);
  });

  test('with wrong values is a 400 that names each in the language of the caller', async () => {
    const wrong = { name: '', part: { size: 1.5 } };
    const english = (await post(wrong)).body.errors;
    const korean = (
      await gateway.ask('POST', '/v1/things', { token: await token({ locale: 'ko' }), body: wrong })
    ).body.errors;
    expect(english.map(({ path }: { path: string }) => path)).toEqual(['body.name', 'body.part.size']);
    expect(english[0].message).toMatch(/^Too small/);
    expect(korean[0].message).toMatch(/[가-힣]/);
  });

  test('with a NUL character is a 400: PostgreSQL could not store it', async () => {
    const { status, body } = await post({ name: 'a\0b' });
    expect([status, body.errors[0].path]).toEqual([400, 'body.name']);
  });

  test('that is missing is a 400, and a 415 comes before the role is known to be right', async () => {
    expect((await post(undefined)).status).toBe(400);
    expect(
      (await gateway.ask('POST', '/v1/things', { body: 'x', headers: { 'content-type': 'a/b' } })).status,
    ).toBe(401);
  });

  test('may be left out, or be empty, where nothing is asked', async () => {
    const staff = await token({ roles: ['staff'] });
    const polish = (body?: unknown) =>
      gateway.ask('POST', `/v1/things/${THING}/polish`, { token: staff, body });
    expect((await polish()).status).toBe(200);
    expect((await polish({})).status).toBe(200);
    expect((await polish({ hard: true })).status).toBe(400);
  });
});

describe('a query', () => {
  test.each([
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=ten',
    'limit=1&limit=2',
    'colour=red',
    '__proto__=1',
  ])('?%s is a 400', async (query) => {
    const { status, body } = await gateway.ask('GET', `/v1/things?${query}`);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(body.errors[0].path).toBe(`query.${query.split('=')[0]}`);
  });

  test('has its defaults', async () => {
    expect((await gateway.ask('GET', '/v1/things')).body.data).toEqual([{ id: 'nobody', price: 20 }]);
    expect((await gateway.ask('GET', '/v1/things?limit=7')).body.data[0].price).toBe(7);
  });
});

describe('a path', () => {
  test.each([
    '/nothing',
    '/v1',
    '/v1/nothing',
    '/V1/things',
    '/v1/things/',
    '/v1/things/abc',
    '/problems/conflict',
  ])('%s that leads nowhere is a 404', async (path) => {
    const { status, body } = await gateway.ask(path.endsWith('abc') ? 'DELETE' : 'GET', path, {
      token: minji,
    });
    expect([status, body.code]).toEqual([404, 'not-found']);
  });

  test('with an id of another kind is a 404', async () => {
    for (const id of [
      'bkg_01h455vb4pex5vsknk084sn02q',
      'thg_81h455vb4pex5vsknk084sn02q',
      `${THING}0`,
      '%00',
      "' or 1",
    ])
      expect(
        (await gateway.ask('DELETE', `/v1/things/${encodeURIComponent(id)}`, { token: minji })).status,
      ).toBe(404);
    expect((await gateway.ask('DELETE', `/v1/things/${THING}`, { token: minji })).status).toBe(204);
  });

  test('with a broken percent-encoding is a 400', async () => {
    expect((await gateway.ask('DELETE', '/v1/things/%E0%A4', { token: minji })).status).toBe(400);
  });

  test('asked with another method is a 405 that says which it takes', async () => {
    const { status, headers, body } = await gateway.ask('PATCH', '/v1/things');
    expect([status, body.code, headers.get('allow')]).toEqual([
      405,
      'method-not-allowed',
      'POST, GET, HEAD, OPTIONS',
    ]);
    expect((await gateway.ask('GET', `/v1/things/${THING}`)).headers.get('allow')).toBe('DELETE, OPTIONS');
  });
});

describe('an Idempotency-Key', () => {
  test.each([
    ['empty', ''],
    ['with a space', 'a b'],
    ['of 256 characters', 'k'.repeat(256)],
    ['not ASCII', 'clé'],
  ])('%s is a 400', async (_, key) => {
    const { status, body } = await gateway.ask('POST', '/v1/things', {
      token: minji,
      body: { name: 'a' },
      headers: { 'idempotency-key': key },
    });
    expect([status, body.errors[0].path]).toEqual([400, 'header.Idempotency-Key']);
  });

  test('may be left out: 201 with the id made before, and where it is', async () => {
    const { status, headers, body } = await gateway.ask('POST', '/v1/things', {
      token: minji,
      body: { name: 'a' },
    });
    expect(status).toBe(201);
    expect(body.id).toMatch(/^thg_[0-9a-z]{26}$/);
    expect(headers.get('location')).toBe(`/v1/things/${body.id}`);
  });
});
