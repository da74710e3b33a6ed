import type { Knex } from 'knex';
import { connect } from '../../activities/database';
import { type Lag, lagOf, round } from '../figures';
import { Hall } from './hall';
import { LATEST_MS, Page, type Underway } from './page';

const WARM_UP_EVENTS = 20;

export interface LagOptions {
  /** How long events are told and measured. */
  seconds: number;
  /** Events per second. */
  rate: number;
}

export interface LagFigures {
  events: number;
  /** As they were told, events per second. */
  rate: number;
  /** From the writer's knowing that its transaction is committed to its row in views.bookings, milliseconds. */
  fromCommit: Lag;
  /** The same from the event's making inside the transaction: no lag is longer than that. */
  fromMaking: Lag;
  /** How often the view was looked at: no figure is finer than that, milliseconds. */
  lookedEvery: number;
}

/**
 * Holds and confirms seats through the movie service's repository, one transition a beat, and looks at views.bookings
 * until each is there.
 * @throws Error when one is not there after half a minute
 */
export async function measureLag(url: string, { seconds, rate }: LagOptions): Promise<LagFigures> {
  const db = connect(url, 20);
  const page = new Page(db);
  const looking = page.look();
  looking.catch(() => undefined);
  try {
    const hall = new Hall(db, page);
    await hall.tell(WARM_UP_EVENTS, rate);
    if (!(await page.shows(page.underway))) throw new Error('the view does not follow');
    const warmUp = page.underway.length;

    const began = performance.now();
    await hall.tell(Math.round(seconds * rate), rate);
    const tookMs = performance.now() - began;
    const measured = page.underway.slice(warmUp);
    if (!(await page.shows(measured)))
      throw new Error(`an event was not on its page ${LATEST_MS / 1_000} s later`);
    return {
      events: measured.length,
      rate: round((measured.length / tookMs) * 1_000),
      fromCommit: lagOf(measured.map(({ committedAt = 0, seenAt = 0 }) => Math.max(0, seenAt - committedAt))),
      fromMaking: lagOf(await sinceMaking(db, measured)),
      lookedEvery: page.lookedEvery(),
    };
  } finally {
    page.close();
    await looking;
    await db.destroy();
  }
}

async function sinceMaking(db: Knex, transitions: readonly Underway[]): Promise<number[]> {
  const rows = await db('movie.outbox')
    .whereIn('type', ['movie.held', 'movie.booked'])
    .select<{ subject: string; type: string; ms: string }[]>(
      'subject',
      'type',
      db.raw('extract(epoch FROM at) * 1000 AS ms'),
    );
  const made = new Map(rows.map(({ subject, type, ms }) => [`${subject} ${type}`, Number(ms)]));
  return transitions.map(({ id, status, seenAt = 0 }) => {
    const ms = made.get(`${id} ${status === 'PENDING' ? 'movie.held' : 'movie.booked'}`) ?? Number.NaN;
    return seenAt - ms;
  });
}
