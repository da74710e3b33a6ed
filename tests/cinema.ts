import { randomUUID } from 'node:crypto';
import { until } from '../engine/wait';
import { type Answer, bodyOf, created, type TestClient } from './test-client';
import type { TestStack } from './test-stack';

const MINUTE = 60_000;

export const card = (token = 'tok_ok') => ({ method: 'card', token });

/** Waits until a booking has its ticket. */
export async function ticketIssued(customer: TestClient, id: string): Promise<void> {
  const issued = async () => bodyOf(await customer.get(`/v1/bookings/${id}`)).ticket.status === 'ISSUED';
  if (!(await until(issued, { withinMs: 20_000, everyMs: 50 }))) throw new Error(`no ticket for ${id}`);
}

/** A hall of its own, and what customers do there. */
export class Cinema {
  private constructor(
    private readonly admin: TestClient,
    readonly screeningId: string,
    readonly price: number,
  ) {}

  /** Puts a screening on. Times in minutes from now. */
  static async open(
    stack: TestStack,
    { movieName = '기생충', startsIn = 180, lasts = 120, rows = 10, columns = 10, price = 10_000 } = {},
  ): Promise<Cinema> {
    const admin = await stack.signIn({ roles: ['admin'] });
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
    return new Cinema(admin, await created(admin.post('/v1/screenings', screening)), price);
  }

  book(customer: TestClient, seats: string[], payment: object = card(), key?: string): Promise<Answer> {
    return customer.post('/v1/bookings', { screeningId: this.screeningId, seats, payment }, key);
  }

  /** A booking that must succeed. @returns its id */
  booked(customer: TestClient, seats: string[], token = 'tok_ok'): Promise<string> {
    return created(this.book(customer, seats, card(token)));
  }

  async seat(name: string): Promise<string> {
    const { seats } = bodyOf(await this.admin.get(`/v1/screenings/${this.screeningId}`));
    return (
      (seats as { seat: string; status: string }[]).find(({ seat }) => seat === name)?.status ??
      'no such seat'
    );
  }
}
