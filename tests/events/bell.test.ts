import { connect } from '../../activities/database';
import { pause, until } from '../../engine/wait';
import { listen, listenerName } from '../../events/bell';
import { Cable } from '../faults/cable';

const URL = process.env.TEST_POSTGRES_URL ?? '';

test('a database that is away is listened to as soon as it is there, and no longer once closed', async () => {
  const { cable, through } = await Cable.lay(URL);
  await cable.cut();
  const heard: (string | undefined)[] = [];
  const ear = await listen([through], { name: 'test', channel: 'bell', heard: (said) => heard.push(said) });
  const db = connect(URL, 1);
  try {
    for (const said of ['first', 'second']) {
      await cable.mend();
      heard.length = 0;
      const isHeard = async () => {
        await db.raw(`SELECT pg_notify('bell', ?)`, [said]);
        // Without a payload as well: something may have been missed.
        return heard.includes(said) && heard.includes(undefined);
      };
      expect(await until(isHeard, { withinMs: 10_000 })).toBe(true);
      await cable.cut();
    }
    // It is trying to come back.
    await pause(200);
  } finally {
    await ear.close();
  }
  await cable.mend();
  await pause(1_500);
  const left = await db('pg_stat_activity').where({ application_name: listenerName('test') });
  await cable.cut();
  await db.destroy();
  expect(left).toEqual([]);
});
