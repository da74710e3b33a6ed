import { idempotent } from '../../api/idempotency';
import { Problem } from '../../api/problems';
import { PostgresBackend } from '../sagas/postgres';

const callerLeft = () => false;

let backend: PostgresBackend;
beforeAll(async () => {
  backend = await PostgresBackend.open();
});
afterAll(() => backend.close());

test('turned away at the door, who asks again under a key does not free it for a second purchase', async () => {
  const memory = { db: backend.db, answerWithinMs: 4_000 };
  const request = {
    user: 'minji',
    path: '/v1/passes',
    key: 'mine',
    body: { type: '1' },
    makes: 'pas',
    callerLeft,
  };
  const bought = { status: 201, body: {} };
  const asked: string[] = [];
  let pay: (() => void) | undefined;
  const first = idempotent(memory, request, async ({ thingId }) => {
    asked.push(thingId);
    await new Promise<void>((done) => (pay = done));
    return bought;
  });
  while (!pay) await new Promise(setImmediate);

  const second = idempotent(memory, request, ({ thingId }) => {
    asked.push(thingId);
    return Promise.reject(new Problem('payment-unavailable'));
  });
  await expect(second).rejects.toThrow('payment-unavailable');
  pay();
  expect(await first).toEqual({ ...bought, replayed: false });

  const never = () => Promise.reject(new Error('asked a third time'));
  expect(await idempotent(memory, request, never)).toEqual({ ...bought, replayed: true });
  expect(new Set(asked).size).toBe(1);
});

test('turned away at the door with nobody beside, a key is free again', async () => {
  const memory = { db: backend.db, answerWithinMs: 4_000 };
  const request = { user: 'minji', path: '/v1/passes', key: 'other', body: {}, makes: 'pas', callerLeft };
  const away = idempotent(memory, request, () => Promise.reject(new Problem('payment-unavailable')));
  await expect(away).rejects.toThrow('payment-unavailable');
  const answer = await idempotent(memory, request, () => Promise.resolve({ status: 201, body: {} }));
  expect(answer.replayed).toBe(false);
});

test('the first answer stays, and is also that of whoever joined and found another', async () => {
  const memory = { db: backend.db, answerWithinMs: 4_000 };
  const request = { user: 'minji', path: '/v1/passes', key: 'joined', body: {}, makes: 'pas', callerLeft };
  const finishes: (() => void)[] = [];
  const answering = (number: number) => async () => {
    await new Promise<void>((done) => finishes.push(done));
    if (number === 3) throw new Problem('pass-not-available');
    return { status: 201, body: { number } };
  };
  const first = idempotent(memory, request, answering(1));
  while (finishes.length < 1) await new Promise(setImmediate);
  const [second, third] = [2, 3].map((number) => idempotent(memory, request, answering(number)));
  while (finishes.length < 3) await new Promise(setImmediate);

  finishes[0]?.();
  expect(await first).toEqual({ status: 201, body: { number: 1 }, replayed: false });
  finishes[1]?.();
  finishes[2]?.();
  const stored = { status: 201, body: { number: 1 }, replayed: true };
  expect([await second, await third]).toEqual([stored, stored]);
  expect(await idempotent(memory, request, answering(4))).toEqual(stored);
});

test('who joined and was turned away late does not forget the first answer', async () => {
  const memory = { db: backend.db, answerWithinMs: 1 };
  const request = { user: 'minji', path: '/v1/passes', key: 'late', body: {}, makes: 'pas', callerLeft };
  let finish: (() => void) | undefined;
  let turnAway: (() => void) | undefined;
  const first = idempotent(memory, request, async () => {
    await new Promise<void>((done) => (finish = done));
    return { status: 201 };
  });
  while (!finish) await new Promise(setImmediate);
  const joined = idempotent({ ...memory, answerWithinMs: 60_000 }, request, async () => {
    await new Promise<void>((done) => (turnAway = done));
    throw new Problem('payment-unavailable');
  });
  while (!turnAway) await new Promise(setImmediate);
  finish();
  await first;
  turnAway();
  await joined.catch(() => undefined);
  const never = () => Promise.reject(new Error('asked again'));
  expect(await idempotent(memory, request, never)).toEqual({ status: 201, replayed: true });
});

test('an answer with a secret is not stored; asked again, its handler gives it for the same thing', async () => {
  const memory = { db: backend.db, answerWithinMs: 4_000 };
  const where = { path: '/v1/operations/webhooks', key: 'hook' };
  const request = { user: 'root', ...where, body: {}, makes: 'whk', callerLeft, hasSecret: true };
  const run = ({ thingId }: { thingId: string }) =>
    Promise.resolve({ status: 201, body: { id: thingId, secret: 'whsec_x' } });
  const first = await idempotent(memory, request, run);
  const row: unknown = await backend.db('api.idempotency').where(where).first();
  expect(JSON.stringify(row)).not.toContain('whsec_x');
  expect(await idempotent(memory, request, run)).toEqual({ ...first, replayed: true });
});
