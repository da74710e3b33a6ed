import { type Domain, DOMAINS, LISTENERS } from '../../config';
import { Outbox } from '../../events/outbox';
import { partitionOf, partSource } from '../../events/partition';
import { pause, until } from '../../engine/wait';
import { Movement } from '../../views/movement';
import { Pages } from '../../views/pages';
import { Cinema } from '../cinema';
import { environmentOf, PARTITIONS, type Transport } from '../events/transport';
import { CINEMA, startStack, type TestStack } from '../test-stack';

const SOON = { withinMs: 30_000, everyMs: 100 };
/** Longer than any test may take. */
const NEVER_MS = 3_600_000;

/** A booking, from the API over Kafka to the page and the inbox. */
export function wholeSystem(transport: () => Transport): void {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      listeners: LISTENERS,
      only: CINEMA,
      env: environmentOf(transport().kafka!),
    });
  }, 120_000);
  afterAll(() => stack.stop());

  test('a booking shows on the page, and its messages come', async () => {
    const cinema = await Cinema.open(stack);
    const minji = await stack.signIn();
    const id = await cinema.booked(minji, ['1A']);
    const page = async () => (await minji.get('/v1/me')).body.bookings as { id: string; status: string }[];
    expect(await until(async () => (await page()).length > 0, SOON)).toBe(true);

    const events = async () =>
      ((await minji.get('/v1/me/messages')).body.data as { event: string }[]).map(({ event }) => event);
    expect(await until(async () => (await events()).includes('movie.ticket-issued'), SOON)).toBe(true);
    expect((await minji.post(`/v1/bookings/${id}/cancel`)).status).toBe(200);
    expect(await until(async () => (await page())[0]?.status === 'CANCELLED', SOON)).toBe(true);
    expect(await until(async () => (await events()).length > 2, SOON)).toBe(true);
    expect((await events()).sort()).toEqual(['movie.booked', 'movie.cancelled', 'movie.ticket-issued']);
    const followed = await stack.db('views.checkpoints').where({ consumer: 'bookings' }).pluck('source');
    expect(followed.sort()).toEqual(Array.from({ length: PARTITIONS }, (_, i) => partSource('movie', i)));
  });

  test('a page waits for the partitions of what the customer was last told, and for no other', async () => {
    await stack.stopOne('views notification');
    const movement = new Movement(stack.env.DATABASE_URL ?? '');
    const pages = new Pages({
      db: stack.db,
      outboxes: Object.fromEntries(DOMAINS.map((name) => [name, new Outbox(stack.db, name)])) as Record<
        Domain,
        Outbox
      >,
      movement,
      freshWithinMs: NEVER_MS,
      partitions: PARTITIONS,
    });
    const told = ['bkg_first', 'bkg_last'];
    const parts = told.map((subject) => partSource('movie', partitionOf(subject, PARTITIONS)));
    expect(new Set(parts).size).toBe(2);
    for (const subject of told)
      await stack.db('movie.outbox').insert({ type: 'movie.held', subject, customer: 'u-waits', data: {} });
    const rows = () => stack.db('views.checkpoints').where({ consumer: 'bookings' });
    const page = () => pages.ofCustomer('u-waits', 1).then(() => 'read');
    const [AHEAD, BEHIND] = [{ xid: '99999999999' }, { xid: '0' }];

    for (const source of parts) {
      await rows().update(AHEAD);
      await rows().where({ source }).update(BEHIND);
      const reading = page();
      expect(await Promise.race([reading, pause(300).then(() => 'waits')])).toBe('waits');
      await rows().where({ source }).update(AHEAD);
      expect(await reading).toBe('read');
    }
    await rows().update(BEHIND);
    await rows().whereIn('source', parts).update(AHEAD);
    expect(await page()).toBe('read');
    await movement.close();
  });
}
