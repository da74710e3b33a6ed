import { randomUUID } from 'node:crypto';
import { type Answer, type Api, signIn } from '../engine/http';
import { seatNames } from '../workflows/movie/policy';
import { type Act, type Extent, load, type Load } from './load';

const HOUR = 3_600_000;
const HALL = { rows: 100, columns: 26 };
/** Longer than any answer may take. */
const ANSWER_WITHIN_MS = 60_000;

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

  /** So many customers at once, or these. */
  async load(customers: number | readonly string[], extent: Extent): Promise<Load> {
    const names = typeof customers === 'number' ? Array.from({ length: customers }, newName) : customers;
    return load(await Promise.all(names.map((name) => this.customer(name))), extent);
  }

  /** One who books a seat each time. */
  async customer(name: string = newName()): Promise<Act> {
    const api = await signIn(this.url, name, ['customer']);
    return async () => (await this.book(api)).status;
  }

  /** The same with all that is answered. */
  async patient(name: string = newName()): Promise<() => Promise<Answer<unknown>>> {
    const api = await signIn(this.url, name, ['customer']);
    return () => this.book(api);
  }

  private async book(api: Api): Promise<Answer<unknown>> {
    if (this.seats.length === 0) {
      this.seats = seatNames(HALL.rows, HALL.columns);
      this.screening = this.show();
    }
    const seats = [this.seats.pop()];
    const answer = await post(api, '/v1/bookings', {
      ...{ screeningId: await this.screening, seats },
      payment: { method: 'card', token: 'tok_ok' },
    });
    if (answer.status === 201) this.latest = answer.body.id;
    return answer;
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
