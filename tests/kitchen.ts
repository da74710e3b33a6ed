import { until } from '../engine/wait';
import { card } from './cinema';
import { type Answer, bodyOf, created, type TestClient } from './test-client';
import type { TestStack } from './test-stack';

/** A kitchen with a dish on its list, and what customers and couriers do there. */
export class Kitchen {
  private constructor(
    readonly stack: TestStack,
    readonly admin: TestClient,
    readonly courier: TestClient,
    /** Gimbab, 4,000 KRW. */
    readonly gimbab: string,
  ) {}

  static async open(stack: TestStack): Promise<Kitchen> {
    const [admin, courier] = await Promise.all([
      stack.signIn({ roles: ['admin'] }),
      stack.signIn({ roles: ['courier'] }),
    ]);
    return new Kitchen(stack, admin, courier, await menu(stack, admin, 'Gimbab', 4_000));
  }

  /** @returns its id */
  menu(name: string, price: number): Promise<string> {
    return menu(this.stack, this.admin, name, price);
  }

  order(customer: TestClient, payment: object = card(), key?: string): Promise<Answer> {
    const what = { menuId: this.gimbab, quantity: 1, address: '정자역 1번 출구' };
    return customer.post('/v1/orders', { ...what, payment }, key);
  }

  /** An order that must be taken. @returns its id */
  ordered(customer: TestClient, payment: object = card()): Promise<string> {
    return created(this.order(customer, payment));
  }

  /** An order that is on its way to its customer. @returns it */
  async delivering(customer: TestClient, payment: object = card()): Promise<Answer['body']> {
    return this.comesTo(customer, await this.ordered(customer, payment), 'DELIVERING');
  }

  cancel(customer: TestClient, order: string, key?: string): Promise<Answer> {
    return customer.post(`/v1/orders/${order}/cancel`, {}, key);
  }

  complete(delivery: string, courier = this.courier, key?: string): Promise<Answer> {
    return courier.post(`/v1/deliveries/${delivery}/complete`, {}, key);
  }

  /** Waits until an order stands so. @returns it */
  async comesTo(
    customer: TestClient,
    order: string,
    status: string,
    withinMs = 20_000,
  ): Promise<Answer['body']> {
    let seen: Answer['body'];
    const stands = async () => {
      seen = bodyOf(await customer.get(`/v1/orders/${order}`));
      return seen.status === status;
    };
    if (!(await until(stands, { withinMs, everyMs: 50 })))
      throw new Error(`${order} is ${seen.status} (${seen.reason})`);
    return seen;
  }

  /** Waits until the delivery of an order stands so, as delivery tells it. */
  async deliveryComesTo(customer: TestClient, order: string, status: string): Promise<void> {
    const stands = async () => bodyOf(await customer.get(`/v1/orders/${order}`)).delivery.status === status;
    if (!(await until(stands, { withinMs: 20_000, everyMs: 50 })))
      throw new Error(`the delivery of ${order} is not ${status}`);
  }

  /** What the bank says of an order, in order. */
  async bankOn(order: string): Promise<string> {
    return (await this.stack.provider.statementOf(order))
      .map(({ kind, amount }) => `${kind} ${amount}`)
      .join();
  }
}

const menu = (stack: TestStack, admin: TestClient, name: string, price: number) =>
  created(admin.post('/v1/menus', { name, price }));
