import { randomUUID } from 'node:crypto';
import { type Api, signIn } from '../../engine/http';
import { pause } from '../../engine/wait';
import { seatNames } from '../../workflows/movie/policy';

const HOUR = 3_600_000;
const HALL = { rows: 100, columns: 26 };
/** Longer than any answer may take. */
const ANSWER_WITHIN_MS = 60_000;

export interface Load {
  /** Bookings that were answered 201. */
  booked: number;
  /** Answers by status: 201, 503 … */
  answers: Record<string, number>;
  /** Of those answered 201, milliseconds. */
  times: number[];
}

/** Customers who book one seat after the other, and where they book: a new screening whenever the seats are sold. */
export class Bookings {
  private screening: Promise<string> = Promise.resolve('');
  /** Of the screening, those that are not sold. */
  private seats: string[] = [];
  /** The newest booking. */
  latest = '';

  private constructor(
    private readonly url: string,
    private readonly admin: Api,
  ) {}

  static async open(url: string): Promise<Bookings> {
    return new Bookings(url, await signIn(url, newName(), ['admin']));
  }

  /** So many customers at once, or these. @param during awaited before and after what is counted, in the midst of the bookings */
  async load(
    customers: number | readonly string[],
    warmUpMs: number,
    ms: number,
    during: () => Promise<void>,
  ): Promise<Load> {
    const counted: Load = { booked: 0, answers: {}, times: [] };
    let state: 'warming up' | 'counting' | 'over' = 'warming up';
    const one = async (customer: string) => {
      const api = await signIn(this.url, customer, ['customer']);
      while (state !== 'over') {
        const began = performance.now();
        const status = await this.book(api);
        if (state !== 'counting') continue;
        counted.answers[status] = (counted.answers[status] ?? 0) + 1;
        if (status !== 201) continue;
        counted.booked++;
        counted.times.push(performance.now() - began);
      }
    };
    const names = typeof customers === 'number' ? Array.from({ length: customers }, newName) : customers;
    const all = Promise.all(names.map(one));
    all.catch(() => undefined);
    await pause(warmUpMs);
    await during();
    state = 'counting';
    await pause(ms);
    state = 'over';
    await during();
    await all;
    return counted;
  }

  private async book(api: Api): Promise<number> {
    if (this.seats.length === 0) {
      this.seats = seatNames(HALL.rows, HALL.columns);
      this.screening = this.show();
    }
    const seats = [this.seats.pop()];
    const { status, body } = await post(api, '/v1/bookings', {
      ...{ screeningId: await this.screening, seats },
      payment: { method: 'card', token: 'tok_ok' },
    });
    if (status === 201) this.latest = body.id;
    return status;
  }

  private async show(): Promise<string> {
    const startsAt = Date.now() + 3 * HOUR;
    const { status, body } = await post(this.admin, '/v1/screenings', {
      ...{ movieName: '기생충', hall: `bench ${randomUUID()}`, price: 10_000, ...HALL },
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + 2 * HOUR).toISOString(),
    });
    if (status !== 201) throw new Error(`no screening: ${status}`);
    return body.id;
  }
}

const newName = () => `bench-${randomUUID()}`;

const post = (api: Api, path: string, body: object) =>
  api.call<{ id: string }>('POST', path, body, {}, ANSWER_WITHIN_MS);
