import knex, { type Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, NO_HURRY } from '../../activities/database';
import { launch, type Running } from '../../engine/launch';
import { until } from '../../engine/wait';
import type { Consumer } from '../../events/subscription';
import { executePart } from '../../migrations/sql-files';
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
    const admin = connect(server, 1, NO_HURRY);
    await admin.raw(`CREATE DATABASE ${name}`);
    await admin.destroy();
    const url = server.replace(/postgres$/, name);
    // Without the product's limits: a writer may wait for its connection while the machine is busy.
    const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: WRITERS + 10 } });
    await db.raw('CREATE SCHEMA ??; CREATE SCHEMA reader; CREATE SCHEMA relay', [name]);
    await executePart(db, name, 'outbox');
    await executePart(db, name, 'sleepers');
    await executePart(db, name, 'era');
    await executePart(db, 'reader', 'checkpoints');
    await executePart(db, 'reader', 'heartbeats');
    await executePart(db, 'relay', 'checkpoints');
    await db.raw(
      'CREATE TABLE reader.seen (at bigserial, consumer text, id text, subject text, n int); CREATE INDEX ON reader.seen (id)',
    );
    return new TestFeed(url, db, name);
  }

  close(): Promise<void> {
    return this.db.destroy();
  }

  /**
   * As many events as said, by writers at the same time, each of whose transactions commits when it likes.
   * @param from which number on
   */
  async write(events: number, delayMs: () => number, from = 0): Promise<void> {
    const each = Math.floor(events / WRITERS);
    await Promise.all(
      Array.from({ length: WRITERS }, (_, writer) => this.writeOn(writer, from, each, delayMs)),
    );
  }

  private async writeOn(writer: number, from: number, events: number, delayMs: () => number): Promise<void> {
    for (let n = from; n < from + events; n++) {
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

  /**
   * Freezes one of these readers in the middle of a transaction: it waits for a lock, and gets it once it is frozen.
   * @param nudge appends something to take
   * @returns which
   */
  async freezeInTransaction(readers: readonly Running[], nudge: () => Promise<void>): Promise<Running> {
    for (;;) {
      const lock = await this.db.transaction();
      try {
        await lock.raw('LOCK TABLE reader.seen IN EXCLUSIVE MODE');
        await nudge();
        let caught: Running | undefined;
        const waits = async () => {
          const waiting = await this.connections().where({ wait_event_type: 'Lock' });
          caught = readers.find(({ pid }) => waiting.includes(readerName(pid)));
          return caught !== undefined;
        };
        // Others may have taken it first.
        if (await until(waits, { withinMs: 1_000, everyMs: 10 })) {
          process.kill(caught!.pid, 'SIGSTOP');
          return caught!;
        }
      } finally {
        await lock.rollback();
      }
      await sleep(50);
    }
  }

  /** Whose connections there are to this database. */
  connections(): Knex.QueryBuilder<object, string[]> {
    return this.db('pg_stat_activity')
      .whereRaw('datname = current_database()')
      .distinct()
      .pluck<string[]>('application_name');
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

/** By it the database shows whose a connection is. */
export const readerName = (pid: number): string => `reader ${pid}`;

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
