import type { Knex } from 'knex';
import { connect } from '../../activities/database';
import { listen } from '../../events/listen';
import { executePart } from '../../migrations/sql-files';
import { round } from '../figures';

const WRITERS = 16;
const ROUND_MS = 2_500;
const ROUNDS = 4;

export interface NotifyFigures {
  /** Events per second that the writers together append. */
  withNotify: number;
  withoutNotify: number;
  /** What notifying takes away of the throughput, percent. */
  costs: number;
}

/** Writers that append as fast as they can, in turns with and without waking whoever reads; 10 s each in all. */
export async function measureNotify(url: string): Promise<NotifyFigures> {
  const db = connect(url, WRITERS + 1);
  try {
    await db.raw('CREATE SCHEMA shop');
    await executePart(db, 'shop', 'outbox');
    await executePart(db, 'shop', 'era');
    const ear = await listen(url, { name: 'bench', channel: 'outbox', heard: () => undefined });
    const told = { with: 0, without: 0 };
    await append(db);
    for (let n = 0; n < ROUNDS; n++) {
      await db.raw('ALTER TABLE shop.outbox DISABLE TRIGGER wake_readers');
      told.without += await append(db);
      await db.raw('ALTER TABLE shop.outbox ENABLE TRIGGER wake_readers');
      told.with += await append(db);
    }
    await ear.close();
    const seconds = (ROUNDS * ROUND_MS) / 1_000;
    return {
      withNotify: round(told.with / seconds),
      withoutNotify: round(told.without / seconds),
      costs: round(100 * (1 - told.with / told.without)),
    };
  } finally {
    await db.destroy();
  }
}

/** @returns how many events the writers have appended in one round, each in a transaction of its own */
async function append(db: Knex): Promise<number> {
  const end = performance.now() + ROUND_MS;
  const write = async (writer: number) => {
    let events = 0;
    for (; performance.now() < end; events++)
      await db('shop.outbox').insert({
        type: 'shop.sold',
        subject: `s${writer}-${events % 8}`,
        data: { n: events },
      });
    return events;
  };
  const each = await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  return each.reduce((sum, events) => sum + events, 0);
}
