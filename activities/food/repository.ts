import type { Knex } from 'knex';
import { type CancelReason, ORDER, type OrderFood, type OrderStatus } from '../../workflows/food/contract';
import type { MoneyBack } from '../../workflows/payment/contract';
import { Rows } from '../rows';
import type { Menu } from './reads';

/** All SQL of menus and orders. A method that changes something is one transition, safe to run again. */
export class FoodRepository {
  private readonly orders;

  constructor(private readonly db: Knex) {
    this.orders = new Rows(ORDER, db);
  }

  async addMenu({ id, name, price, description, picture }: Menu): Promise<void> {
    await this.db('food.menus').insert({ id, name, price, description, picture }).onConflict('id').ignore();
  }

  /** It is offered no more; what was ordered stays. @returns false where there is none */
  async removeMenu(id: string): Promise<boolean> {
    const removed = await this.db('food.menus')
      .where({ id, removed_at: null })
      .update({ removed_at: this.db.fn.now() });
    return removed === 1;
  }

  /**
   * → ORDERED (`ordered`), in time.
   * @throws ApplicationFailure `food-unavailable` when it was refused meanwhile or the time is up
   */
  async take(order: OrderFood): Promise<void> {
    if (await this.orders.open('take', columnsOf(order), order)) return;
    await this.orders.mustBe(order.id, ...TAKEN);
  }

  /**
   * → REFUSED: a late taking comes to nothing.
   * @returns the order's status afterwards: one that was taken stands
   */
  refuse(order: OrderFood, failure: string): Promise<OrderStatus> {
    return this.orders.decide('refuse', columnsOf(order), { reason: failure });
  }

  /** ORDERED → PAID (`paid`) */
  async paid(id: string, paymentId: string): Promise<void> {
    await this.orders.change('pay', id, { ...text('PAID'), payment: 'CAPTURED', payment_id: paymentId });
  }

  /** PAID → DELIVERING (`delivering`) */
  async delivering(id: string): Promise<void> {
    await this.orders.change('startDelivery', id, text('DELIVERING'));
  }

  /**
   * DELIVERING → DELIVERED (`delivered`), in time.
   * @throws ApplicationFailure `food-unavailable` when the time is up
   */
  async delivered(id: string, answerBy: Date): Promise<void> {
    await this.orders.changeInTime('deliver', id, answerBy, text('DELIVERED'), ['DELIVERED']);
  }

  /** ORDERED, PAID, DELIVERING → CANCELLED: what was paid is refunded, or written off. What is delivered stays. */
  async cancel(id: string, reason: CancelReason, money: MoneyBack = 'REFUNDED'): Promise<void> {
    const payment = this.db.raw(
      `CASE WHEN payment = 'CAPTURED' THEN ? WHEN ? THEN 'DECLINED' ELSE payment END`,
      [money, reason === 'payment-declined'],
    );
    await this.orders.change('cancel', id, { ...text('CANCELLED'), payment, reason });
  }
}

const TAKEN = ORDER.statuses.filter((status) => status !== 'REFUSED');

/** Before it is paid an order has a text of its own (F5). */
const text = (status: OrderStatus) => ({ status_text: status.toLowerCase() });

const columnsOf = (order: OrderFood) => ({
  id: order.id,
  customer: order.customer,
  lines: JSON.stringify(order.lines),
  total_price: order.totalPrice,
  address: order.address,
  status_text: order.statusText,
  payment_method: order.payment.method,
  delivery_id: order.deliveryId,
});
