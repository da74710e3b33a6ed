import { connect } from '../../activities/database';
import { pause, until } from '../../engine/wait';
import { listen, listenerName } from '../../events/listen';
import { TcpProxy } from '../faults/tcp-proxy';

const URL = process.env.TEST_POSTGRES_URL ?? '';

test('a database that is away is listened to as soon as it is there, and no longer once closed', async () => {
  const proxy = await TcpProxy.start(URL);
  await proxy.cut();
  const heard: (string | undefined)[] = [];
  const ear = await listen(proxy.through(URL), {
    name: 'test',
    channel: 'bell',
    heard: (said) => heard.push(said),
  });
  const db = connect(URL, 1);
  try {
    for (const said of ['first', 'second']) {
      await proxy.restore();
      heard.length = 0;
      const isHeard = async () => {
        await db.raw(`SELECT pg_notify('bell', ?)`, [said]);
        // Without a payload as well: something may have been missed.
        return heard.includes(said) && heard.includes(undefined);
      };
      expect(await until(isHeard, { withinMs: 10_000 })).toBe(true);
      await proxy.cut();
    }
    // It is trying to come back.
    await pause(200);
  } finally {
    await ear.close();
  }
  await proxy.restore();
  await pause(1_500);
  const left = await db('pg_stat_activity').where({ application_name: listenerName('test') });
  await proxy.cut();
  await db.destroy();
  expect(left).toEqual([]);
});
