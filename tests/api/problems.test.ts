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

  test('speaks the language of the token, else of Accept-Language, else English', async () => {
    const korean = await token({ locale: 'ko' });
    const strange = await token({ locale: 'fr' });
    const language = async (options: { token?: string; headers?: Record<string, string> }) =>
      (await gateway.ask('GET', '/v1/nothing', options)).body.title;
    expect(await language({ token: minji, headers: { 'accept-language': 'ko' } })).toBe('Not found');
    expect(await language({ token: korean, headers: { 'accept-language': 'en' } })).toBe('찾을 수 없음');
    expect(await language({ token: strange })).toBe('찾을 수 없음');
    expect(await language({ headers: { 'accept-language': 'en-GB,en;q=0.9,ko;q=0.1' } })).toBe('Not found');
    expect(await language({ headers: { 'accept-language': 'de, ko;q=0.5' } })).toBe('찾을 수 없음');
    expect(await language({ headers: { 'accept-language': 'fr' } })).toBe('Not found');
    expect(await language({})).toBe('Not found');
  });

  test.each(Object.keys(PROBLEMS) as ProblemCode[])('%s has words in both languages', (code) => {
    const params = { seats: ['1A'], address: '10.0.0.1' };
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

  test('over 100 kB is a 413, however small it is packed', async () => {
    const large = JSON.stringify({ name: 'a'.repeat(110_000) });
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

  test('with wrong values is a 400 that names each in the language of the caller', async () => {
    const wrong = { name: '', part: { size: 1.5 } };
    const english = (await post(wrong)).body.errors;
    const korean = (
      await gateway.ask('POST', '/v1/things', { token: await token({ locale: 'ko' }), body: wrong })
    ).body.errors;
    expect(english.map(({ path }: { path: string }) => path)).toEqual(['body.name', 'body.part.size']);
    expect(english[0].message).toBe('Must be at least 1 character');
    expect(korean.map(({ message }: { message: string }) => message)).toEqual([
      '1자 이상이어야 합니다',
      '정수여야 합니다',
    ]);
  });

  test.each([
    ['{"name":}', 1, 9],
    ['{"name":"a",}', 1, 13],
    ['{"name": nul}', 1, 10],
    ['{\n  "name": "a"\n  "part": {}\n}', 3, 3],
    ['{"name":"a"', 1, 12],
    ['[1,2]]', 1, 6],
    [`${'['.repeat(40_000)}x`, 1, 40_001],
  ])('that is no JSON names the place: %.40s', async (text, line, column) => {
    const { status, body } = await post(text);
    expect([status, body.code, body.errors]).toEqual([
      400,
      'invalid-request',
      [{ path: 'body', message: `Is not valid JSON from line ${line}, column ${column} on` }],
    ]);
  });

  test('that is JSON, but no object, says so', async () => {
    expect((await post('"name"')).body.errors).toEqual([{ path: 'body', message: 'Must be a JSON object' }]);
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

describe('a path', () => {
  test.each([
    '/nothing',
    '/v1',
    '/v1/nothing',
    '/V1/things',
    '/v1/things/',
    '/v1/things/abc',
    '/problem/conflict',
  ])('%s that leads nowhere is a 404', async (path) => {
    const { status, body } = await gateway.ask(path.endsWith('abc') ? 'DELETE' : 'GET', path, {
      token: minji,
    });
    expect([status, body.code]).toEqual([404, 'not-found']);
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
