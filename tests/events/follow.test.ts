import pino from 'pino';
import { connect, NO_HURRY } from '../../activities/database';
import { until } from '../../engine/wait';
import { follow } from '../../events/follow';
import { Outbox } from '../../events/outbox';

const URL = process.env.TEST_POSTGRES_URL ?? '';

test('however busy one source is, the quiet ones are looked at too', async () => {
  const db = connect(URL, 1, NO_HURRY);
  const sources = ['busy', 'quiet'].map((name) => ({ outbox: new Outbox(db, name), url: URL }));
  let [busy, quiet] = [0, 0];
  const relay = await follow(
    'test',
    [
      {
        follower: {
          sources: ['busy', 'quiet'],
          register: () => Promise.resolve(),
          advance: (looked) => {
            busy++;
            if (looked.includes('quiet')) quiet++;
            // There is always more.
            return Promise.resolve({ again: [], held: ['busy'] });
          },
        },
        log: pino({ level: 'silent' }),
      },
    ],
    sources,
  );
  try {
    // The first is the one with which it begins.
    expect(await until(() => Promise.resolve(quiet >= 3), { withinMs: 10_000 })).toBe(true);
    expect(busy).toBeGreaterThan(quiet);
  } finally {
    relay.stop();
    await relay.done;
    await db.destroy();
  }
});
