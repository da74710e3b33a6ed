import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { typeid } from 'typeid-js';
import { MovieRepository } from '../../activities/movie/repository';
import { pause } from '../../engine/wait';
import type { BookSeats } from '../../workflows/movie/contract';
import { seatNames } from '../../workflows/movie/policy';
import { LATEST_MS, now, type Page, type Underway } from './page';

const HOUR = 3_600_000;
const SEATS = { rows: 100, columns: 26 };

/** Where bookings are made: a new screening whenever the seats are sold. */
export class Hall {
  private readonly movie: MovieRepository;
  private screening = '';
  /** Of the screening, those that are not sold. */
  private seats: string[] = [];

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
    const keep = (told: Promise<void>) => {
      // Those that fail are heard of at the end.
      told.catch(() => undefined);
      telling.push(told);
    };
    let holding: { order: BookSeats; held: Promise<void> } | undefined;
    for (let n = 0; n < events; n++) {
      await pause(Math.max(0, began + (n * 1_000) / rate - performance.now()));
      if (holding === undefined) {
        const order = await this.order();
        const held = this.transition({ id: order.id, status: 'PENDING' }, () => this.movie.holdSeats(order));
        keep(held);
        holding = { order, held };
      } else {
        const { order, held } = holding;
        const confirm = () => this.movie.confirm(order.id, `pay_${order.id}`);
        keep(held.then(() => this.transition({ id: order.id, status: 'BOOKED' }, confirm)));
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
    if (this.seats.length === 0) await this.open();
    const seat = this.seats.pop() as string;
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
    this.seats = seatNames(SEATS.rows, SEATS.columns);
    const [startsAt, endsAt] = [new Date(Date.now() + HOUR), new Date(Date.now() + 2 * HOUR)];
    const hall = `bench ${randomUUID()}`;
    const film = { id: this.screening, movieName: 'Lag', hall, startsAt, endsAt, price: 10_000, ...SEATS };
    await this.movie.addScreening(film);
  }
}
