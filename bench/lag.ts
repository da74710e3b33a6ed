import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { typeid } from 'typeid-js';
import { connect } from '../activities/database';
import { MovieRepository } from '../activities/movie/repository';
import { pause, until } from '../engine/wait';
import type { BookSeats } from '../workflows/movie/contract';
import { type Lag, lagOf, round } from './figures';
import type { LagOptions } from './options';

const HOUR = 3_600_000;
const SEATS = { rows: 100, columns: 26 };
const WARM_UP_EVENTS = 20;
const LOOK_EVERY_MS = 1;
const LATEST_MS = 30_000;

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

/** A transition of a booking on its way to the page. */
interface Underway {
  id: string;
  status: 'PENDING' | 'BOOKED';
  committedAt?: number;
  seenAt?: number;
}

/**
 * Holds and confirms seats through the movie service's repository, one transition a beat, and looks at views.bookings
 * until each is there.
 * @throws Error when one is not there after half a minute
 */
export async function measureLag(url: string, { seconds, rate }: LagOptions): Promise<LagFigures> {
  const db = connect(url, 20);
  try {
    const page = new Page(db);
    const looking = page.look();
    const hall = new Hall(db, page);
    await hall.tell(WARM_UP_EVENTS, rate);
    if (!(await page.shows(page.underway))) throw new Error('the view does not follow');
    const warmUp = page.underway.length;

    const began = performance.now();
    await hall.tell(Math.round(seconds * rate), rate);
    const tookMs = performance.now() - began;
    const measured = page.underway.slice(warmUp);
    const shown = await page.shows(measured);
    page.close();
    await looking;
    if (!shown) throw new Error(`an event was not on its page ${LATEST_MS / 1_000} s later`);
    return {
      events: measured.length,
      rate: round((measured.length / tookMs) * 1_000),
      fromCommit: lagOf(measured.map(({ committedAt = 0, seenAt = 0 }) => Math.max(0, seenAt - committedAt))),
      fromMaking: lagOf(await sinceMaking(db, measured)),
      lookedEvery: page.lookedEvery(),
    };
  } finally {
    await db.destroy();
  }
}

/** What is looked at: the rows of bookings that are not yet as they should be. */
class Page {
  readonly underway: Underway[] = [];
  private waiting = new Set<Underway>();
  private looks = 0;
  private lookingMs = 0;
  private closed = false;

  constructor(private readonly db: Knex) {}

  expects(transition: Underway): void {
    this.underway.push(transition);
    this.waiting.add(transition);
  }

  async look(): Promise<void> {
    for (; !this.closed; await pause(LOOK_EVERY_MS)) {
      if (this.waiting.size === 0) continue;
      const began = performance.now();
      const ids = [...new Set([...this.waiting].map(({ id }) => id))];
      const rows = await this.db('views.bookings')
        .whereIn('id', ids)
        .select<{ id: string; status: string }[]>('id', 'status');
      const seenAt = now();
      const statuses = new Map(rows.map(({ id, status }) => [id, status]));
      for (const transition of this.waiting) {
        const status = statuses.get(transition.id);
        // Whoever shows the second has taken the first.
        if (status !== transition.status && status !== 'BOOKED') continue;
        transition.seenAt = seenAt;
        this.waiting.delete(transition);
      }
      this.looks++;
      this.lookingMs += performance.now() - began + LOOK_EVERY_MS;
    }
  }

  shows(transitions: readonly Underway[]): Promise<boolean> {
    const all = () => transitions.every(({ seenAt }) => seenAt !== undefined);
    return until(all, { withinMs: LATEST_MS, everyMs: 10 });
  }

  lookedEvery = (): number => round(this.lookingMs / this.looks);

  close(): void {
    this.closed = true;
  }
}

/** Where bookings are made: a new screening whenever the seats are sold. */
class Hall {
  private readonly movie: MovieRepository;
  private screening = '';
  private sold = SEATS.rows * SEATS.columns;

  constructor(
    db: Knex,
    private readonly page: Page,
  ) {
    this.movie = new MovieRepository(db);
  }

  /** One transition a beat, whether or not the one before is done; a booking is confirmed a beat after it is held. */
  async tell(events: number, rate: number): Promise<void> {
    const began = performance.now();
    const telling: Promise<void>[] = [];
    let holding: { order: BookSeats; held: Promise<void> } | undefined;
    for (let n = 0; n < events; n++) {
      await pause(Math.max(0, began + (n * 1_000) / rate - performance.now()));
      if (holding === undefined) {
        const order = await this.order();
        const held = this.transition({ id: order.id, status: 'PENDING' }, () => this.movie.holdSeats(order));
        telling.push(held);
        holding = { order, held };
      } else {
        const { order, held } = holding;
        const confirm = () => this.movie.confirm(order.id, `pay_${order.id}`);
        telling.push(held.then(() => this.transition({ id: order.id, status: 'BOOKED' }, confirm)));
        holding = undefined;
      }
    }
    await Promise.all(telling);
  }

  private async transition(transition: Underway, make: () => Promise<void>): Promise<void> {
    this.page.expects(transition);
    await make();
    transition.committedAt = now();
  }

  private async order(): Promise<BookSeats> {
    if (this.sold === SEATS.rows * SEATS.columns) await this.open();
    const seat = `${(this.sold % SEATS.rows) + 1}${String.fromCharCode(65 + Math.floor(this.sold / SEATS.rows))}`;
    this.sold++;
    return {
      id: typeid('bkg').toString(),
      customer: `bench-${randomUUID()}`,
      screeningId: this.screening,
      seats: [seat],
      totalPrice: 10_000,
      payment: { method: 'card', token: 'tok_ok' },
      answerBy: Date.now() + LATEST_MS,
      startsAt: Date.now() + HOUR,
      endsAt: Date.now() + 2 * HOUR,
    };
  }

  private async open(): Promise<void> {
    this.screening = typeid('scr').toString();
    this.sold = 0;
    const [startsAt, endsAt] = [new Date(Date.now() + HOUR), new Date(Date.now() + 2 * HOUR)];
    const hall = `bench ${randomUUID()}`;
    const film = { id: this.screening, movieName: 'Lag', hall, startsAt, endsAt, price: 10_000, ...SEATS };
    await this.movie.addScreening(film);
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

/** Epoch milliseconds, finer than Date.now(): the database's clock is this machine's. */
const now = (): number => performance.timeOrigin + performance.now();
