import { connect } from '../../activities/database';
import { until } from '../../engine/wait';
import { listen } from '../../events/bell';
import { Cable } from '../faults/cable';

const URL = process.env.TEST_POSTGRES_URL ?? '';

test('a database that is away is listened to as soon as it is there, at first and later', async () => {
  const { cable, through } = await Cable.lay(URL);
  await cable.cut();
  const heard: (string | undefined)[] = [];
  const ear = await listen([through], { name: 'test', channel: 'bell', heard: (said) => heard.push(said) });
  const db = connect(URL, 1);
  try {
    for (const said of ['first', 'second']) {
      const before = heard.length;
      await cable.mend();
      const isHeard = async () => {
        await db.raw(`SELECT pg_notify('bell', ?)`, [said]);
        return heard.includes(said);
      };
      expect(await until(isHeard, { withinMs: 10_000 })).toBe(true);
      // Without a payload first: something may have been missed.
      expect(heard[before]).toBeUndefined();
      if (said === 'first') await cable.cut();
    }
  } finally {
    await ear.close();
    await db.destroy();
    await cable.cut();
  }
});
