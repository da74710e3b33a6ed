import { dataOf, haru, ProblemError } from '../../packages/client';
import { type Patience, steadyFetch } from '../../packages/client/steady';

const ORIGIN = 'http://haru.example';

/** Answers with these, one after the other. */
function server(...answers: (Response | Error)[]) {
  const requests: Request[] = [];
  const pauses: number[] = [];
  const patience: Patience = {
    fetch(request) {
      requests.push(request);
      const answer = answers[requests.length - 1] ?? new Response('{}', { status: 418 });
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    pause(ms) {
      pauses.push(ms);
      return Promise.resolve();
    },
  };
  return { requests, pauses, patience };
}

const away = (seconds: number, status = 503) =>
  new Response('{}', { status, headers: { 'Retry-After': String(seconds) } });
const ok = () => new Response('{}', { status: 200 });
const lost = () => new TypeError('fetch failed');

test('it comes back when the answer says so', async () => {
  for (const status of [409, 429, 503]) {
    const { patience, pauses } = server(away(3, status), ok());
    expect((await steadyFetch(patience)(new Request(ORIGIN))).status).toBe(200);
    expect(pauses).toEqual([3_000]);
  }
});

test('a refusal is no reason to come back, nor is a time that is too far', async () => {
  for (const answer of [new Response('{}', { status: 409 }), away(3, 404), away(31)]) {
    const { patience, pauses } = server(answer, ok());
    expect((await steadyFetch(patience)(new Request(ORIGIN))).status).toBe(answer.status);
    expect(pauses).toEqual([]);
  }
});

test('it gives up after as many tries as wanted', async () => {
  const { patience, requests } = server(away(1), away(1), away(1), ok());
  expect((await steadyFetch({ ...patience, tries: 2 })(new Request(ORIGIN))).status).toBe(503);
  expect(requests).toHaveLength(2);
});

test('what is lost is sent again where that is safe: a PATCH is not', async () => {
  const { patience } = server(lost(), ok());
  expect((await steadyFetch(patience)(new Request(ORIGIN, { method: 'DELETE' }))).status).toBe(200);
  for (const method of ['PATCH', 'POST']) {
    const { patience } = server(lost(), ok());
    await expect(steadyFetch(patience)(new Request(ORIGIN, { method, body: '{}' }))).rejects.toThrow(
      'fetch failed',
    );
  }
});

test('what is under way is asked for until it has ended, unless that is its answer', async () => {
  const post = () => new Request(ORIGIN, { method: 'POST', headers: { 'Idempotency-Key': 'one' } });
  const { patience, requests } = server(away(2, 202), ok());
  expect((await steadyFetch(patience)(post())).status).toBe(200);
  expect(requests.map(({ headers }) => headers.get('Idempotency-Key'))).toEqual(['one', 'one']);
  const final = new Response('{}', {
    status: 202,
    headers: { 'Retry-After': '2', 'Idempotency-Replayed': 'true' },
  });
  expect((await steadyFetch(server(final, ok()).patience)(post())).status).toBe(202);
});

test('each act has a key of its own, or the one that is given', async () => {
  const { patience, requests } = server(ok(), ok(), ok());
  const api = haru({ origin: ORIGIN, token: () => 'fresh', ...patience });
  const params = { path: { id: 'bkg_1' } };
  await api.POST('/v1/bookings/{id}/cancel', { params });
  await api.POST('/v1/bookings/{id}/cancel', { params });
  await api.POST('/v1/bookings/{id}/cancel', {
    params: { ...params, header: { 'Idempotency-Key': 'mine' } },
  });
  const [one, other, given] = requests.map(({ headers }) => headers.get('Idempotency-Key'));
  expect(one).toMatch(/^[0-9a-f-]{36}$/);
  expect(other).not.toBe(one);
  expect(given).toBe('mine');
  expect(requests[0]?.headers.get('Authorization')).toBe('Bearer fresh');
});

test('an answer that is no success is thrown as what it is', async () => {
  const problem = { status: 409, code: 'seat-taken', detail: '1A is taken.' };
  const { patience } = server(Response.json(problem, { status: 409 }));
  const api = haru({ origin: ORIGIN, ...patience });
  const asked = api.GET('/v1/me').then(dataOf);
  await expect(asked).rejects.toThrow(ProblemError);
  await expect(asked).rejects.toMatchObject({ code: 'seat-taken', status: 409, message: '1A is taken.' });
});
