import knex, { type Knex } from 'knex';
import { connect } from '../../activities/database';
import { launch, type Running } from '../../engine/launch';
import type { Consumer } from '../../events/subscription';
import { createCheckpoints } from '../../migrations/checkpoints';
import { createEra } from '../../migrations/era';
import { createOutbox } from '../../migrations/outbox';
import { ROOT } from '../../root';
import type { Transport } from './transport';
import { argsOf } from '../scripts';
import { nextOf } from '../test-stack';

export const WRITERS = 16;
const SUBJECTS_OF_EACH = 8;
/** Any type of the catalogue: the envelope of an event asks for one. */
const TYPE = 'movie.booked';

export interface Verdict {
  lost: number;
  doubled: number;
  disordered: number;
  seen: number;
}

/** A database of its own with one outbox that writers append to, and with what its readers have seen. */
export class TestFeed {
  private constructor(
    readonly url: string,
    readonly db: Knex,
    /** Of the outbox's domain; no other feed has it. */
    readonly name: string,
  ) {}

  static async open(): Promise<TestFeed> {
    const server = process.env.TEST_POSTGRES_URL ?? '';
    const name = `feed_${await nextOf('test_databases')}`;
    const admin = connect(server, 1);
    await admin.raw(`CREATE DATABASE ${name}`);
    await admin.destroy();
    const url = server.replace(/postgres$/, name);
    // Without the product's limits: a writer may wait for its connection while the machine is busy.
    const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: WRITERS + 10 } });
    await db.raw('CREATE SCHEMA ??; CREATE SCHEMA reader; CREATE SCHEMA relay', [name]);
    await createOutbox(db, name);
    await createEra(db, name);
    await createCheckpoints(db, 'reader');
    await createCheckpoints(db, 'relay');
    await db.raw(
      'CREATE TABLE reader.seen (at bigserial, consumer text, id text, subject text, n int); CREATE INDEX ON reader.seen (id)',
    );
    return new TestFeed(url, db, name);
  }

  close(): Promise<void> {
    return this.db.destroy();
  }

  /** As many events as said, by writers at the same time, each of whose transactions commits when it likes. */
  async write(events: number, delayMs: () => number): Promise<void> {
    const each = Math.floor(events / WRITERS);
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.writeOn(writer, each, delayMs)));
  }

  private async writeOn(writer: number, events: number, delayMs: () => number): Promise<void> {
    for (let n = 0; n < events; n++) {
      await this.db.transaction(async (tx) => {
        await this.append(`s${writer}-${n % SUBJECTS_OF_EACH}`, n, tx);
        const delay = delayMs();
        if (delay > 0) await tx.raw('SELECT pg_sleep(?)', [delay / 1_000]);
      });
    }
  }

  async append(subject: string, n: number, tx: Knex = this.db): Promise<void> {
    await tx(`${this.name}.outbox`).insert({ type: TYPE, subject, data: { n } });
  }

  /** A process that reads for these consumers, to be killed. */
  read({ kafka }: Transport, consumers: readonly string[]): Promise<Running> {
    const given = JSON.stringify(kafka ?? null);
    return launch({
      name: 'reader',
      command: process.execPath,
      args: [...argsOf('tests/events/reader.ts'), this.url, this.name, given, ...consumers],
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? '', NODE_ENV: 'test', LOG_LEVEL: 'silent' },
      onLine: (line) => process.stderr.write(`[reader] ${line}\n`),
    });
  }

  /** The numbers of a subject that a consumer has had an effect of, in the order of their effects. */
  numbersSeen(consumer: string, subject: string): Promise<number[]> {
    return this.db('reader.seen')
      .where({ consumer, subject })
      .orderBy('at')
      .pluck<number[]>('n')
      .then((n) => n);
  }

  async verdict(consumer: string): Promise<Verdict> {
    const { rows } = await this.db.raw<{ rows: [Verdict] }>(
      `SELECT
         (SELECT count(*) FROM :feed:.outbox o WHERE NOT EXISTS
           (SELECT FROM reader.seen WHERE consumer = :consumer AND id = :feed || '/' || o.position)) AS lost,
         (SELECT count(*) - count(DISTINCT id) FROM reader.seen WHERE consumer = :consumer) AS doubled,
         (SELECT count(*) FROM (SELECT n - lag(n) OVER (PARTITION BY subject ORDER BY at) AS step FROM reader.seen
           WHERE consumer = :consumer) s WHERE step <= 0) AS disordered,
         (SELECT count(*) FROM reader.seen WHERE consumer = :consumer) AS seen`,
      { consumer, feed: this.name },
    );
    return rows[0];
  }
}

/** Why a consumer cannot take an event. */
export type Refuses = (subject: string, n: number) => Error | undefined;

/** Notes each event that it is given. */
export const noting = (
  db: Knex,
  feed: string,
  name: string,
  refuses: Refuses = () => undefined,
): Consumer => ({
  name,
  sources: [feed],
  db,
  schema: 'reader',
  take: async (tx, { id, subject, data }) => {
    const n = data.n as number;
    await tx('reader.seen').insert({ consumer: name, id, subject, n });
    const refusal = refuses(subject, n);
    if (refusal) throw refusal;
  },
});
