import { until } from '../engine/wait';
import { card } from './cinema';
import { type Answer, bodyOf, created, type TestClient } from './test-client';
import type { TestStack } from './test-stack';

/** Bikes and kickboards on the street, and what customers do with them. */
export class Fleet {
  private constructor(
    readonly stack: TestStack,
    readonly admin: TestClient,
  ) {}

  static async open(stack: TestStack): Promise<Fleet> {
    return new Fleet(stack, await stack.signIn({ roles: ['admin'] }));
  }

  /** @returns its id */
  bike(location = '분당_정자역_1구역', batteryLevel = 90): Promise<string> {
    return created(this.admin.post('/v1/bikes', { location, batteryLevel }));
  }

  kickboard(location = '분당_정자역_1구역'): Promise<string> {
    return created(this.admin.post('/v1/kickboards', { location }));
  }

  /** 정자역, unless said. @returns its id */
  station(more: object = {}): Promise<string> {
    const station = { name: '정자역', lat: 37.3669, lon: 127.1081, capacity: 10, ...more };
    return created(this.admin.post('/v1/stations', station));
  }

  pass(customer: TestClient, type = '1'): Promise<string> {
    return created(customer.post('/v1/passes', { type, payment: card() }));
  }

  async topUp(customer: TestClient, amount: number): Promise<void> {
    await created(customer.post('/v1/deposits/top-ups', { amount, payment: card() }));
  }

  ride(customer: TestClient, kickboardId: string, passId: string, minutes?: number): Promise<string> {
    return created(customer.post('/v1/rides', { kickboardId, passId, ...(minutes && { minutes }) }));
  }

  rent(customer: TestClient, bikeId: string): Promise<string> {
    return created(customer.post('/v1/rentals', { bikeId }));
  }

  /** @param hire a ride or a rental */
  bringBack(customer: TestClient, hire: string, location = '판교', key?: string): Promise<Answer> {
    const hires = hire.startsWith('rid_') ? 'rides' : 'rentals';
    return customer.post(`/v1/${hires}/${hire}/return`, { location }, key);
  }

  async manager(points = 0, roles = ['manager']): Promise<TestClient> {
    const manager = await this.stack.signIn({ roles });
    bodyOf(await this.admin.post('/v1/managers', { user: manager.user, points }), 201);
    return manager;
  }

  report(manager: TestClient, bikeId: string, usable: boolean, batteryLevel = 50): Promise<Answer> {
    return manager.post(`/v1/bikes/${bikeId}/reports`, { batteryLevel, usable });
  }

  async statusOf(id: string): Promise<string> {
    const things = id.startsWith('bik_') ? 'bikes' : 'kickboards';
    return bodyOf(await this.admin.get(`/v1/${things}/${id}`)).status as string;
  }

  /** Waits until the bill of a rental stands so. @returns the rental with it */
  async billed(customer: TestClient, rental: string, status = 'CLOSED'): Promise<Answer['body']> {
    let seen: Answer['body'];
    const stands = async () => {
      seen = bodyOf(await customer.get(`/v1/rentals/${rental}`));
      return seen.bill.status === status;
    };
    if (!(await until(stands, { withinMs: 20_000, everyMs: 50 })))
      throw new Error(`the bill of ${rental} is ${seen.bill.status}`);
    return seen;
  }
}
