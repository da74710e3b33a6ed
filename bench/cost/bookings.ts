import { randomUUID } from 'node:crypto';
import { pause } from '../../engine/wait';

const HOUR = 3_600_000;
const HALL = { rows: 100, columns: 26 };

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
  private sold = HALL.rows * HALL.columns;
  /** The newest booking. */
  latest = '';

  private constructor(
    private readonly url: string,
    private readonly admin: string,
  ) {}

  static async open(url: string): Promise<Bookings> {
    return new Bookings(url, await tokenOf(url, 'admin'));
  }

  /** So many customers at once. @param during awaited before and after what is counted, in the midst of the bookings */
  async load(clients: number, warmUpMs: number, ms: number, during: () => Promise<void>): Promise<Load> {
    const counted: Load = { booked: 0, answers: {}, times: [] };
    let state: 'warming up' | 'counting' | 'over' = 'warming up';
    const one = async () => {
      const token = await tokenOf(this.url, 'customer');
      while (state !== 'over') {
        const began = performance.now();
        const status = await this.book(token);
        if (state !== 'counting') continue;
        counted.answers[status] = (counted.answers[status] ?? 0) + 1;
        if (status !== 201) continue;
        counted.booked++;
        counted.times.push(performance.now() - began);
      }
    };
    const all = Promise.all(Array.from({ length: clients }, one));
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

  private async book(token: string): Promise<number> {
    if (this.sold === HALL.rows * HALL.columns) {
      this.sold = 0;
      this.screening = this.show();
    }
    const seat = `${(this.sold % HALL.rows) + 1}${String.fromCharCode(65 + Math.floor(this.sold / HALL.rows))}`;
    this.sold++;
    const { status, body } = await post(`${this.url}/v1/bookings`, token, {
      screeningId: await this.screening,
      seats: [seat],
      payment: { method: 'card', token: 'tok_ok' },
    });
    if (status === 201) this.latest = body.id;
    return status;
  }

  private async show(): Promise<string> {
    const startsAt = Date.now() + 3 * HOUR;
    const { status, body } = await post(`${this.url}/v1/screenings`, this.admin, {
      ...{ movieName: '기생충', hall: `bench ${randomUUID()}`, price: 10_000, ...HALL },
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + 2 * HOUR).toISOString(),
    });
    if (status !== 201) throw new Error(`no screening: ${status}`);
    return body.id;
  }
}

async function tokenOf(url: string, role: string): Promise<string> {
  const who = { user: `bench-${randomUUID()}`, roles: [role] };
  const { status, body } = await post(`${url}/v1/dev/tokens`, undefined, who);
  if (status >= 300) throw new Error(`no token: ${status}`);
  return body.token;
}

async function post(url: string, token: string | undefined, body: unknown) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as { id: string; token: string } };
}
