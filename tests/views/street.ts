import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { BikeRepository } from '../../activities/bike/repository';
import { BillingRepository } from '../../activities/billing/repository';
import { DeliveryRepository } from '../../activities/delivery/repository';
import { FoodRepository } from '../../activities/food/repository';
import { Passes } from '../../activities/kickboard/passes';
import { KickboardRepository } from '../../activities/kickboard/repository';

const MINUTE = 60_000;
const TARIFF = { firstMinutes: 30, firstFee: 1_000, stepMinutes: 10, stepFee: 200, dayAtMost: 30_000 };

/** Passes, rides, rentals, bills, orders and deliveries that end in every way, or stay open: in which, the number says. */
export class Street {
  private readonly passes: Passes;
  private readonly kickboards: KickboardRepository;
  private readonly bikes: BikeRepository;
  private readonly bills: BillingRepository;
  private readonly food: FoodRepository;
  private readonly deliveries: DeliveryRepository;

  constructor(db: Knex) {
    this.passes = new Passes(db);
    this.kickboards = new KickboardRepository(db);
    this.bikes = new BikeRepository(db);
    this.bills = new BillingRepository(db);
    this.food = new FoodRepository(db);
    this.deliveries = new DeliveryRepository(db);
  }

  async ride(n: number, customer: string): Promise<void> {
    const [id, passId, kickboardId] = [`rid_${randomUUID()}`, `pas_${randomUUID()}`, `kbd_${randomUUID()}`];
    const answerBy = Date.now() + MINUTE;
    const payment = { method: 'card' as const, token: 'tok_ok' };
    const pass = { id: passId, customer, type: '2', price: 2_000, rides: 2, payment, answerBy };
    await this.passes.open(pass);
    if (n % 5 === 0) {
      await this.passes.fail(pass, 'payment-declined');
      return;
    }
    await this.passes.confirm(passId, `pay_${passId}`);
    await this.kickboards.register({ id: kickboardId, location: '정자역', batteryLevel: 90 });
    const ride = { customer, kickboardId, passId, minutes: 60, answerBy };
    const [startedAt, dueAt] = [Date.now(), Date.now() + 60 * MINUTE];
    await this.kickboards.refuse({ ...ride, id: `${id}x` }, 'conflict');
    await this.kickboards.claim({ ...ride, id, startedAt, dueAt });
    if (n % 5 > 2) await this.kickboards.remind(id);
    if (n % 5 > 3) await this.kickboards.miss(id);
    if (n % 5 === 1) return;
    await this.kickboards.takeBack(id, { endedAt: Date.now(), location: '미금역' });
    if (n % 5 === 2) await this.kickboards.claim({ ...ride, id: `${id}y`, startedAt, dueAt });
  }

  async order(n: number, customer: string): Promise<void> {
    const [id, menuId] = [`ord_${randomUUID()}`, `mnu_${randomUUID()}`];
    const order = {
      id,
      customer,
      lines: [{ menuId, name: 'Gimbab', price: 4_000, quantity: 2 }],
      totalPrice: 8_000,
      address: '판교',
      payment: { method: 'card' as const, token: 'tok_ok' },
      statusText: 'ordered',
      deliveryId: `dlv_${randomUUID()}`,
      answerBy: Date.now() + MINUTE,
    };
    const dish = { name: 'Gimbab', price: 4_000, description: null, picture: null };
    await this.food.addMenu({ id: menuId, ...dish });
    await this.food.refuse(
      { ...order, id: `${id}x`, deliveryId: `${order.deliveryId}x` },
      'food-unavailable',
    );
    await this.food.take(order);
    if (n % 5 === 0) await this.food.cancel(id, 'payment-declined');
    if (n % 5 < 2) return;
    await this.food.paid(id, `pay_${id}`);
    if (n % 5 === 2) await this.food.cancel(id, 'cancelled-by-customer');
    await this.food.delivering(id);
    const { deliveryId, lines, address } = order;
    const delivery = { id: deliveryId, orderId: id, customer, address, lines };
    await (n % 5 === 2 ? this.deliveries.cancel(delivery) : this.deliveries.start(delivery));
    if (n % 5 !== 3) return;
    await this.deliveries.complete(deliveryId, 'dana', id, order.answerBy);
    await this.food.delivered(id, new Date(order.answerBy));
  }

  /** Billing may be heard before the bike's service, or not at all for now. */
  async rent(n: number, customer: string): Promise<void> {
    const [id, bikeId] = [`rnt_${randomUUID()}`, `bik_${randomUUID()}`];
    const rental = { id, customer, bikeId, tariff: TARIFF, answerBy: Date.now() + MINUTE };
    const startedAt = Date.now() - n * MINUTE;
    await this.bikes.register({ id: bikeId, location: '정자역', batteryLevel: 90, status: 'AVAILABLE' });
    if (n % 2 === 0) await this.bills.open({ rentalId: id, customer, tariff: TARIFF });
    await this.bikes.claim({ ...rental, startedAt });
    if (n % 5 === 1) return;
    const endedAt = Date.now();
    await this.bikes.takeBack(id, { endedAt, location: '미금역' });
    if (n % 5 === 2) return;
    await this.bills.open({ rentalId: id, customer, tariff: TARIFF });
    await this.bills.assess(id, startedAt, endedAt);
    if (n % 5 === 3) await this.bills.leaveUnpaid(id);
    if (n % 5 === 4) await this.bills.close(id);
  }
}
