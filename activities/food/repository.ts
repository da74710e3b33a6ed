import type { Knex } from 'knex';
import type { CancelReason, OrderFood, OrderStatus } from '../../workflows/food/contract';
import type { MoneyBack } from '../../workflows/payment/contract';
import { refusal } from '../refusal';

/** All SQL of menus and orders. A method that changes something is one transition, safe to run again. */
export class FoodRepository {
  constructor(private readonly db: Knex) {}

  async addMenu(id: string, name: string, price: number): Promise<void> {
    await this.db('food.menus').insert({ id, name, price }).onConflict('id').ignore();
  }

  /**
   * → ORDERED, in time.
   * @throws ApplicationFailure `food-unavailable` when it was refused meanwhile or the time is up
   */
  async take(order: OrderFood): Promise<void> {
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `INSERT INTO food.orders
         (id, customer, lines, total_price, address, status, status_text, payment_method, delivery_id)
       SELECT :id, :customer, :lines, :totalPrice, :address, 'ORDERED', :statusText, :method, :deliveryId
       WHERE clock_timestamp() < :answerBy
       ON CONFLICT DO NOTHING`,
      { ...bindingsOf(order), answerBy: new Date(order.answerBy) },
    );
    if (rowCount === 0 && !isOrder(await this.statusOf(order.id))) throw refusal('food-unavailable');
  }

  /**
   * → REFUSED, a mark: a late taking comes to nothing.
   * @returns the order's status afterwards: one that was taken stands
   */
  async refuse(order: OrderFood, failure: string): Promise<OrderStatus> {
    await this.db.raw(
      `INSERT INTO food.orders
         (id, customer, lines, total_price, address, status, status_text, payment_method, delivery_id, reason)
       VALUES
         (:id, :customer, :lines, :totalPrice, :address, 'REFUSED', :statusText, :method, :deliveryId, :failure)
       ON CONFLICT DO NOTHING`,
      { ...bindingsOf(order), failure },
    );
    return (await this.statusOf(order.id)) ?? 'REFUSED';
  }

  /** ORDERED → PAID */
  async paid(id: string, paymentId: string): Promise<void> {
    await this.becomes(id, ['ORDERED'], 'PAID', { payment: 'CAPTURED', payment_id: paymentId });
  }

  /** PAID → DELIVERING */
  async delivering(id: string): Promise<void> {
    await this.becomes(id, ['PAID'], 'DELIVERING');
  }

  /**
   * DELIVERING → DELIVERED, in time.
   * @throws ApplicationFailure `food-unavailable` when the time is up
   */
  async delivered(id: string, answerBy: Date): Promise<void> {
    const delivered = await this.becomes(id, ['DELIVERING'], 'DELIVERED', {}, answerBy);
    if (!delivered && (await this.statusOf(id)) !== 'DELIVERED') throw refusal('food-unavailable');
  }

  /** → CANCELLED: what was paid is refunded, or written off. What is delivered stays. */
  async cancel(id: string, reason: CancelReason, money: MoneyBack = 'REFUNDED'): Promise<void> {
    const payment = this.db.raw(
      `CASE WHEN payment = 'CAPTURED' THEN ? WHEN ? THEN 'DECLINED' ELSE payment END`,
      [money, reason === 'payment-declined'],
    );
    await this.becomes(id, ['ORDERED', 'PAID', 'DELIVERING'], 'CANCELLED', { payment, reason });
  }

  private async becomes(
    id: string,
    from: OrderStatus[],
    status: OrderStatus,
    and: object = {},
    answerBy?: Date,
  ): Promise<boolean> {
    const query = this.db('food.orders').where({ id }).whereIn('status', from);
    if (answerBy) void query.whereRaw('clock_timestamp() < ?', [answerBy]);
    const changed = await query.update({
      status,
      status_text: status.toLowerCase(),
      updated_at: this.db.fn.now(),
      ...and,
    });
    return changed === 1;
  }

  /** How it stands once nobody is at it any more: a try that was given up on may still be about to commit. */
  private async statusOf(id: string): Promise<OrderStatus | undefined> {
    const row = await this.db('food.orders')
      .where({ id })
      .forUpdate()
      .first<{ status: OrderStatus } | undefined>('status');
    return row?.status;
  }
}

const isOrder = (status: OrderStatus | undefined) => status !== undefined && status !== 'REFUSED';

const bindingsOf = (order: OrderFood) => ({
  id: order.id,
  customer: order.customer,
  lines: JSON.stringify(order.lines),
  totalPrice: order.totalPrice,
  address: order.address,
  statusText: order.statusText,
  method: order.payment.method,
  deliveryId: order.deliveryId,
});
