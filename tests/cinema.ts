import { randomUUID } from 'node:crypto';
import type { Answer, Customer } from './customer';
import type { System } from './system';

const MINUTE = 60_000;

export const card = (token = 'tok_ok') => ({ method: 'card', token });

/** A hall of its own, and what customers do there. */
export class Cinema {
  private constructor(
    private readonly system: System,
    readonly screeningId: string,
    readonly price: number,
  ) {}

  /** Puts a screening on. Times in minutes from now. */
  static async open(
    system: System,
    { movieName = '기생충', startsIn = 180, lasts = 120, rows = 10, columns = 10, price = 10_000 } = {},
  ): Promise<Cinema> {
    const admin = await system.customer({ roles: ['admin'] });
    const startsAt = Date.now() + startsIn * MINUTE;
    const { status, body } = await admin.post('/v1/screenings', {
      movieName,
      hall: `hall ${randomUUID()}`,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + lasts * MINUTE).toISOString(),
      rows,
      columns,
      price,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return new Cinema(system, body.id as string, price);
  }

  book(customer: Customer, seats: string[], payment: object = card(), key?: string): Promise<Answer> {
    return customer.post('/v1/bookings', { screeningId: this.screeningId, seats, payment }, key);
  }

  /** A booking that must succeed; told to come back later, it does, as a customer would. @returns its id */
  async booked(customer: Customer, seats: string[], token = 'tok_ok'): Promise<string> {
    for (let tries = 1; ; tries++) {
      const { status, body } = await this.book(customer, seats, card(token));
      if (status === 201) return body.id as string;
      if (status !== 503 || tries === 3) throw new Error(JSON.stringify(body));
    }
  }

  async seat(name: string): Promise<string> {
    const answer = await fetch(`${this.system.url}/v1/screenings/${this.screeningId}`);
    const { seats } = (await answer.json()) as { seats: { seat: string; status: string }[] };
    return seats.find(({ seat }) => seat === name)?.status ?? 'no such seat';
  }
}
