import { until } from '../../engine/wait';
import type { Answer, TestClient } from '../test-client';
import type { TestStack } from '../test-stack';
import type { Thing, Things } from './data-folder';
import type { Kind } from './endings';

export const card = (token = 'tok_ok') => ({ method: 'card', token });
export const DEPOSIT = { method: 'deposit' };

const SOON = { withinMs: 30_000, everyMs: 50 };
const LOCATION = { location: '판교역' };

/** An answer that must be a success. @returns its body */
export async function done(answer: Promise<Answer>): Promise<Answer['body']> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Waits until what is read is as wanted. @returns it */
export async function comesTo(
  client: TestClient,
  path: string,
  isSo: (body: Answer['body']) => boolean,
): Promise<Answer['body']> {
  let last: Answer['body'];
  const so = async () => isSo((last = await done(client.get(path))));
  if (!(await until(so, SOON))) throw new Error(`${path} is ${JSON.stringify(last)}`);
  return last;
}

/** The users of a data folder that is recorded, and what they begin. */
export class Customers {
  private seats = 0;

  private constructor(
    readonly stack: TestStack,
    readonly admin: TestClient,
    readonly things: Partial<Things>,
    private readonly hall: { screening: string; menu: string },
  ) {}

  static async begin(stack: TestStack): Promise<Customers> {
    const admin = await stack.signIn({ user: 'admin', roles: ['admin'] });
    const screening = await screen(admin, '2099-12-31T10:00:00Z', '2099-12-31T12:00:00Z');
    const menu = await done(admin.post('/v1/menus', { name: '비빔밥', price: 9_000 }));
    return new Customers(stack, admin, {}, { screening, menu: menu.id });
  }

  /** The same ones, of a Haru that was started again. */
  async on(stack: TestStack): Promise<Customers> {
    const admin = await stack.signIn({ user: 'admin', roles: ['admin'] });
    const same = new Customers(stack, admin, this.things, this.hall);
    same.seats = this.seats;
    return same;
  }

  as(kind: Kind, ...more: string[]): Promise<TestClient> {
    return this.stack.signIn({ user: kind, roles: ['customer', ...more] });
  }

  is(kind: Kind, thing: Omit<Thing, 'user'> & { id: string }): void {
    this.things[kind] = { user: kind, ...thing };
  }

  thing(kind: Kind): Thing {
    const thing = this.things[kind];
    if (!thing) throw new Error(`there is no ${kind}`);
    return thing;
  }

  /** Waits until the thing of a kind is as wanted. */
  async comesTo(kind: Kind, isSo: (body: Answer['body']) => boolean): Promise<void> {
    await comesTo(await this.as(kind), pathOf(this.thing(kind).id), isSo);
  }

  async book(kind: Kind, payment: object = card(), screeningId = this.hall.screening): Promise<Answer> {
    const customer = await this.as(kind);
    const seats = [`${++this.seats}A`];
    const answer = await customer.post('/v1/bookings', { screeningId, seats, payment });
    if (answer.status === 201) this.is(kind, { id: answer.body.id });
    return answer;
  }

  /** A booking whose screening begins, and is over, within the minute. */
  async bookForNow(kind: Kind): Promise<void> {
    const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
    await done(this.book(kind, card(), await screen(this.admin, inMs(3_000), inMs(30_000))));
  }

  async buyPass(kind: Kind, type: string, payment: object = card()): Promise<Answer> {
    const answer = await (await this.as(kind)).post('/v1/passes', { type, payment });
    if (answer.status === 201) this.is(kind, { id: answer.body.id });
    return answer;
  }

  async topUp(kind: Kind, amount: number, payment: object = card()): Promise<Answer> {
    return (await this.as(kind)).post('/v1/deposits/top-ups', { amount, payment });
  }

  async ride(kind: Kind, minutes: number): Promise<void> {
    const { id: passId } = await done(this.buyPass(kind, '1'));
    const { id: kickboardId } = await done(this.admin.post('/v1/kickboards', LOCATION));
    const customer = await this.as(kind);
    const { id } = await done(customer.post('/v1/rides', { kickboardId, passId, minutes }));
    this.is(kind, { id, pass: passId, kickboard: kickboardId });
  }

  async rent(kind: Kind): Promise<void> {
    const { id: bikeId } = await done(this.admin.post('/v1/bikes', LOCATION));
    const { id } = await done((await this.as(kind)).post('/v1/rentals', { bikeId }));
    this.is(kind, { id, bike: bikeId });
  }

  async rentAndReturn(kind: Kind): Promise<void> {
    await this.rent(kind);
    await done((await this.as(kind)).post(`/v1/rentals/${this.thing(kind).id}/return`, LOCATION));
  }

  async order(kind: Kind, payment: object = card()): Promise<void> {
    const wanted = { menuId: this.hall.menu, quantity: 1, address: '정자역 1번 출구', payment };
    const { id, delivery } = await done((await this.as(kind)).post('/v1/orders', wanted));
    this.is(kind, { id, delivery: delivery.id });
  }
}

async function screen(admin: TestClient, startsAt: string, endsAt: string): Promise<string> {
  const hall = { hall: startsAt, rows: 10, columns: 10, price: 10_000 };
  return (await done(admin.post('/v1/screenings', { movieName: '기생충', startsAt, endsAt, ...hall }))).id;
}

/** Where a thing is read, by the prefix of its id. */
export function pathOf(id: string): string {
  const things: Record<string, string> = {
    bkg: 'bookings',
    pas: 'passes',
    rid: 'rides',
    rnt: 'rentals',
    ord: 'orders',
  };
  return `/v1/${things[id.split('_', 1)[0] ?? ''] ?? 'unknown'}/${id}`;
}
