import { until } from '../../engine/wait';
import { Cinema } from '../cinema';
import type { TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let admin: TestClient;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA, quiet: true });
  admin = await stack.signIn({ roles: ['admin'], locale: 'en' });
});
afterAll(() => stack.stop());

interface ParkedEvent {
  id: string;
  consumer: string;
  subject: string;
  event: string;
  behind: number;
  retrying: boolean;
}

async function parked(): Promise<ParkedEvent[]> {
  const { status, body } = await admin.get('/v1/operations/parked-events');
  expect(status).toBe(200);
  return body.data as ParkedEvent[];
}

const shown = async (id: string) =>
  stack.db('views.bookings').where({ id }).first<{ status: string }>('status');

test('an event that a page cannot take holds up its booking alone, until an operator has it tried again', async () => {
  const cinema = await Cinema.open(stack);
  const [minji, sam] = [await stack.signIn(), await stack.signIn()];
  await stack.db.raw(
    `ALTER TABLE views.bookings ADD CONSTRAINT poison CHECK (customer <> '${minji.user}' OR status <> 'BOOKED')`,
  );
  const id = await cinema.booked(minji, ['1A']);
  expect(await until(async () => (await parked()).length === 1, { withinMs: 20_000, everyMs: 50 })).toBe(
    true,
  );
  const others = await cinema.booked(sam, ['1B']);
  expect((await sam.get('/v1/bookings')).body.data).toMatchObject([{ id: others, status: 'BOOKED' }]);
  expect(await shown(id)).toEqual({ status: 'PENDING' });

  const [stuck] = await parked();
  expect(stuck).toMatchObject({ consumer: 'bookings', subject: id, event: 'movie.booked', retrying: false });
  const list = await stack.run('operations/ops.ts', ['events']);
  expect(list.output).toContain(`bookings could not take movie.booked of ${id}`);

  const retried = await stack.run('operations/ops.ts', ['events', 'retry', stuck?.id ?? '']);
  expect(retried).toMatchObject({ code: 0 });
  await until(async () => !(await parked())[0]?.retrying, { withinMs: 10_000, everyMs: 50 });
  expect(await parked()).toHaveLength(1);

  await stack.db.raw('ALTER TABLE views.bookings DROP CONSTRAINT poison');
  expect((await admin.post(`/v1/operations/parked-events/${stuck?.id}/retry`)).status).toBe(200);
  expect(await until(async () => (await parked()).length === 0, { withinMs: 10_000, everyMs: 50 })).toBe(
    true,
  );
  expect((await shown(id))?.status).toBe('BOOKED');
}, 60_000);
