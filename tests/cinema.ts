import { randomUUID } from 'node:crypto';
import type { Answer, Customer } from './customer';
import { made } from './insist';
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
    const screening = {
      movieName,
      hall: `hall ${randomUUID()}`,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + lasts * MINUTE).toISOString(),
      rows,
      columns,
      price,
    };
    return new Cinema(system, await made(system, () => admin.post('/v1/screenings', screening)), price);
  }

  book(customer: Customer, seats: string[], payment: object = card(), key?: string): Promise<Answer> {
    return customer.post('/v1/bookings', { screeningId: this.screeningId, seats, payment }, key);
  }

  /** A booking that must succeed. @returns its id */
  booked(customer: Customer, seats: string[], token = 'tok_ok'): Promise<string> {
    return made(this.system, () => this.book(customer, seats, card(token)));
  }

  async seat(name: string): Promise<string> {
    const answer = await fetch(`${this.system.url}/v1/screenings/${this.screeningId}`);
    const { seats } = (await answer.json()) as { seats: { seat: string; status: string }[] };
    return seats.find(({ seat }) => seat === name)?.status ?? 'no such seat';
  }
}
