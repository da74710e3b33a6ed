import { idempotent } from '../../api/idempotency';
import { Problem } from '../../api/problems';
import { PostgresBackend } from '../sagas/postgres';

let backend: PostgresBackend;
beforeAll(async () => {
  backend = await PostgresBackend.open();
});
afterAll(() => backend.close());

test('turned away at the door, who asks again under a key does not free it for a second purchase', async () => {
  const memory = { db: backend.db, answerWithinMs: 4_000 };
  const request = { user: 'minji', path: '/v1/passes', key: 'mine', body: { type: '1' }, makes: 'pas' };
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
  const request = { user: 'minji', path: '/v1/passes', key: 'other', body: {}, makes: 'pas' };
  const away = idempotent(memory, request, () => Promise.reject(new Problem('payment-unavailable')));
  await expect(away).rejects.toThrow('payment-unavailable');
  const answer = await idempotent(memory, request, () => Promise.resolve({ status: 201, body: {} }));
  expect(answer.replayed).toBe(false);
});
