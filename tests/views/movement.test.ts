import type { Knex } from 'knex';
import { connect, NO_HURRY } from '../../activities/database';
import { pause } from '../../engine/wait';
import { Movement } from '../../views/movement';
import { newDatabases } from '../test-stack';

let db: Knex;
let movement: Movement;
beforeAll(async () => {
  const { databaseUrl } = await newDatabases();
  db = connect(databaseUrl, 2, NO_HURRY);
  movement = new Movement(databaseUrl);
  await db('views.checkpoints').insert({ consumer: 'rides', source: 'kickboard' });
});
afterAll(async () => {
  await movement.close();
  await db.destroy();
});

const move = () => db('views.checkpoints').where({ consumer: 'rides' }).increment('position', 1);

test('a view that goes on wakes whoever waits for it', async () => {
  // A new connection may have missed something, and says so.
  expect(await movement.next(['rides'], movement.now, Date.now() + 10_000)).toBe(true);
  const waiting = movement.next(['rides'], movement.now, Date.now() + 10_000);
  await pause(100);
  await move();
  expect(await waiting).toBe(true);
});
