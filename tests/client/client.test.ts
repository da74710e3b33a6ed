import { once } from 'node:events';
import { until } from '../../engine/wait';
import { dataOf, type Followed, haru, type Message, newKey } from '../../packages/client';
import { Cinema } from '../cinema';
import { TcpProxy } from '../faults/tcp-proxy';
import { CINEMA, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let cinema: Cinema;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA, listeners: ['notification'] });
  cinema = await Cinema.open(stack);
});
afterAll(() => stack.stop());

const wanted = (seat: string) => ({
  screeningId: cinema.screeningId,
  seats: [seat],
  payment: { method: 'card' as const, token: 'tok_ok' },
});

test('an act whose answer is lost is asked for again under the same key, and happens once', async () => {
  const { token } = await stack.signIn();
  const keys: (string | null)[] = [];
  const lossy = async (request: Request) => {
    keys.push(request.headers.get('Idempotency-Key'));
    const answer = await fetch(request);
    if (keys.length === 1) throw new TypeError('the line dropped before the answer');
    return answer;
  };
  const api = haru({ origin: stack.url, token, fetch: lossy, pause: () => Promise.resolve() });
  const { data, response } = await api.POST('/v1/bookings', { body: wanted('1A') });
  expect([data?.status, response.headers.get('idempotency-replayed')]).toEqual(['BOOKED', 'true']);
  expect(keys).toEqual([expect.any(String), keys[0]]);
  expect(dataOf(await api.GET('/v1/bookings')).data).toHaveLength(1);
});

test('who hangs up and asks again with the same key, from elsewhere, has one booking', async () => {
  const { token } = await stack.signIn();
  const key = newKey();
  const params = { header: { 'Idempotency-Key': key } };
  const hangUp = new AbortController();
  const sent = async (request: Request) => {
    const answer = fetch(request);
    setTimeout(() => hangUp.abort(), 20);
    return answer;
  };
  const first = haru({ origin: stack.url, token, fetch: sent });
  const { signal } = hangUp;
  // Whether the answer came before the line was cut is a matter of milliseconds; there is one booking either way.
  await first.POST('/v1/bookings', { body: wanted('2A'), params, signal }).catch(() => undefined);
  const second = haru({ origin: stack.url, token, tries: 10 });
  const booking = dataOf(await second.POST('/v1/bookings', { body: wanted('2A'), params }));
  expect(booking.status).toBe('BOOKED');
  expect(dataOf(await second.GET('/v1/bookings')).data.map(({ id }) => id)).toEqual([booking.id]);
});

test('a line that drops is picked up where it broke: nothing twice, nothing missed', async () => {
  const minji = await stack.signIn();
  const direct = haru({ origin: stack.url, token: minji.token });
  const proxy = await TcpProxy.start(stack.url);
  const through = proxy.through(stack.url.replace('//', '//any@')).replace('any@', '');
  const hangUp = new AbortController();
  const told: Followed<Message>[] = [];
  const opened = new EventTarget();
  const watched = async (request: Request) => {
    const answer = await fetch(request);
    opened.dispatchEvent(new Event('open'));
    return answer;
  };
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
  const follower = haru({ origin: through, token: minji.token, fetch: watched, pause });
  const isOpen = once(opened, 'open');
  const following = (async () => {
    for await (const message of follower.follow({ signal: hangUp.signal })) told.push(message);
  })();
  try {
    await isOpen;
    const { id } = dataOf(await direct.POST('/v1/bookings', { body: wanted('3A') }));
    const cancelled = (event: string) => told.some(({ data }) => data.event === event);
    expect(await until(() => cancelled('movie.booked'), { withinMs: 20_000 })).toBe(true);
    await proxy.cut();
    dataOf(await direct.POST('/v1/bookings/{id}/cancel', { params: { path: { id } } }));
    await proxy.restore();
    expect(await until(() => cancelled('movie.cancelled'), { withinMs: 20_000 })).toBe(true);

    const { data } = dataOf(await direct.GET('/v1/me/messages'));
    const inOrder = data.map((message) => message.id).reverse();
    const seen = () => told.map((message) => message.data.id);
    await until(() => seen().length >= inOrder.length, { withinMs: 20_000 });
    expect(seen()).toEqual(inOrder);
  } finally {
    hangUp.abort();
    await following;
    await proxy.cut();
  }
});
