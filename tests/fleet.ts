import { until } from '../engine/wait';
import { card } from './cinema';
import type { Answer, Customer } from './customer';
import { made } from './insist';
import type { System } from './system';

/** Bikes and kickboards on the street, and what customers do with them. */
export class Fleet {
  private constructor(
    readonly system: System,
    readonly admin: Customer,
  ) {}

  static async open(system: System): Promise<Fleet> {
    return new Fleet(system, await system.customer({ roles: ['admin'] }));
  }

  /** @returns its id */
  bike(location = '분당_정자역_1구역', batteryLevel = 90): Promise<string> {
    return made(this.system, () => this.admin.post('/v1/bikes', { location, batteryLevel }));
  }

  kickboard(location = '분당_정자역_1구역'): Promise<string> {
    return made(this.system, () => this.admin.post('/v1/kickboards', { location }));
  }

  pass(customer: Customer, type = '1'): Promise<string> {
    return made(this.system, () => customer.post('/v1/passes', { type, payment: card() }));
  }

  async topUp(customer: Customer, amount: number): Promise<void> {
    await made(this.system, () => customer.post('/v1/deposits/top-ups', { amount, payment: card() }));
  }

  ride(customer: Customer, kickboardId: string, passId: string, minutes?: number): Promise<string> {
    return made(this.system, () =>
      customer.post('/v1/rides', { kickboardId, passId, ...(minutes && { minutes }) }),
    );
  }

  rent(customer: Customer, bikeId: string): Promise<string> {
    return made(this.system, () => customer.post('/v1/rentals', { bikeId }));
  }

  /** @param hire a ride or a rental */
  bringBack(customer: Customer, hire: string, location = '판교', key?: string): Promise<Answer> {
    const hires = hire.startsWith('rid_') ? 'rides' : 'rentals';
    return customer.post(`/v1/${hires}/${hire}/return`, { location }, key);
  }

  async manager(points = 0): Promise<Customer> {
    const manager = await this.system.customer({ roles: ['manager'] });
    await made(this.system, () => this.admin.post('/v1/managers', { user: manager.user, points }));
    return manager;
  }

  report(manager: Customer, bikeId: string, usable: boolean, batteryLevel = 50): Promise<Answer> {
    return manager.post(`/v1/bikes/${bikeId}/reports`, { batteryLevel, usable });
  }

  async statusOf(id: string): Promise<string> {
    const things = id.startsWith('bik_') ? 'bikes' : 'kickboards';
    return (await this.admin.get(`/v1/${things}/${id}`)).body.status as string;
  }

  /** Waits until the bill of a rental stands so. @returns the rental with it */
  async billed(customer: Customer, rental: string, status = 'CLOSED'): Promise<Answer['body']> {
    let seen: Answer['body'];
    const stands = async () => {
      seen = (await customer.get(`/v1/rentals/${rental}`)).body;
      return seen.bill.status === status;
    };
    if (!(await until(stands, { withinMs: 20_000, everyMs: 50 })))
      throw new Error(`the bill of ${rental} is ${seen.bill.status}`);
    return seen;
  }
}
