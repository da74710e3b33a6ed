import type { DeliveryActivities } from '../../../activities/delivery/activities';
import type { FoodActivities } from '../../../activities/food/activities';
import { refusal } from '../../../activities/refusal';
import type { OrderFacts } from '../../../invariants/food';
import type { DeliveryStatus } from '../../../workflows/delivery/contract';
import type { OrderFood, OrderPayment, OrderStatus } from '../../../workflows/food/contract';
import { Rows } from './first-word';
import type { MemoryPayment } from './payment';

interface Order {
  status: OrderStatus;
  payment: OrderPayment;
  price: number;
  paymentId: string | null;
  deliveryId: string;
}

interface Delivery {
  status: DeliveryStatus;
  courier: string | null;
  accepted: boolean;
  completedBy?: string | undefined;
  refused: Set<string>;
  passedBy: Set<string>;
}

const UNDER_WAY: readonly OrderStatus[] = ['ORDERED', 'PAID', 'DELIVERING'];

/** Orders and deliveries in memory, with the transitions of their repositories. */
export class MemoryFood {
  /** Couriers on duty. */
  readonly onDuty = new Set<string>();
  private readonly orders = new Rows<Order>();
  private readonly deliveries = new Rows<Delivery>();

  constructor(private readonly payment: MemoryPayment) {}

  statusOf(id: string): string | undefined {
    return (this.orders.get(id) ?? this.deliveries.get(id))?.status;
  }

  courierOf(delivery: string): string | null {
    return this.deliveries.get(delivery)?.courier ?? null;
  }

  facts(id: string): OrderFacts | undefined {
    const order = this.orders.get(id);
    if (!order) return undefined;
    const { status, payment, price, paymentId, deliveryId } = order;
    return {
      ...{ id, status, payment, price, paymentId },
      charge: this.payment.charge(id),
      delivery: this.deliveries.get(deliveryId)?.status ?? 'none',
      told: this.orders.told(id),
    };
  }

  readonly food: FoodActivities = {
    takeOrder: async (order) => {
      if (Date.now() < order.answerBy) this.orders.open(order.id, rowOf(order, 'ORDERED'), 'ordered');
      const status = this.orders.get(order.id)?.status;
      if (status === undefined || status === 'REFUSED') throw refusal('food-unavailable');
    },
    refuseOrder: async (order, _failure) => {
      this.orders.open(order.id, rowOf(order, 'REFUSED'));
      return this.orders.get(order.id)?.status ?? 'REFUSED';
    },
    paid: async (id, paymentId) => {
      this.orders.move(id, ['ORDERED'], { status: 'PAID', payment: 'CAPTURED', paymentId }, 'paid');
    },
    delivering: async (id) => {
      this.orders.move(id, ['PAID'], { status: 'DELIVERING' }, 'delivering');
    },
    delivered: async (id, answerBy) => {
      const inTime = Date.now() < answerBy;
      if (inTime && this.orders.move(id, ['DELIVERING'], { status: 'DELIVERED' }, 'delivered')) return;
      if (this.orders.get(id)?.status !== 'DELIVERED') throw refusal('food-unavailable');
    },
    cancel: async (id, reason, money = 'REFUNDED') => {
      const before = this.orders.get(id)?.payment ?? 'PENDING';
      const unpaid = reason === 'payment-declined' ? 'DECLINED' : before;
      const payment = before === 'CAPTURED' ? money : unpaid;
      this.orders.move(id, UNDER_WAY, { status: 'CANCELLED', payment }, 'cancelled');
    },
  };

  readonly delivery: DeliveryActivities = {
    startDelivery: async ({ id }) => {
      this.deliveries.open(id, newDelivery('STARTED'));
    },
    cancelDelivery: async ({ id }) => {
      if (!this.deliveries.open(id, newDelivery('CANCELLED')))
        this.deliveries.move(id, ['STARTED'], { status: 'CANCELLED' });
    },
    completeDelivery: async (id, courier, attempt) => {
      const delivery = this.deliveries.get(id);
      if (delivery?.completedBy === attempt) return;
      if (delivery?.status === 'COMPLETED') throw refusal('already-completed');
      if (delivery?.status === 'CANCELLED') throw refusal('cancelled');
      if (delivery && (delivery.courier ?? courier) !== courier) throw refusal('conflict');
      if (!delivery || delivery.refused.has(attempt)) throw refusal('delivery-unavailable');
      Object.assign(delivery, { status: 'COMPLETED', courier, accepted: true, completedBy: attempt });
    },
    resumeDelivery: async (id, asked) => {
      const delivery = this.deliveries.get(id);
      const attempt = asked ?? delivery?.completedBy;
      if (!delivery || attempt === undefined) return;
      delivery.refused.add(attempt);
      if (delivery.completedBy === attempt)
        Object.assign(delivery, { status: 'STARTED', completedBy: undefined });
    },
    offerDelivery: async (id, unanswered) => {
      const delivery = this.deliveries.get(id);
      if (unanswered !== undefined && delivery?.courier === unanswered && !delivery.accepted) {
        delivery.passedBy.add(unanswered);
        delivery.courier = null;
      }
      if (delivery?.status !== 'STARTED' || delivery.accepted) return 'OVER';
      if (delivery.courier !== null) return { offeredTo: delivery.courier };
      const chosen = [...this.onDuty].find((courier) => !delivery.passedBy.has(courier));
      if (chosen === undefined) return 'OPEN';
      delivery.courier = chosen;
      return { offeredTo: chosen };
    },
  };
}

const newDelivery = (status: DeliveryStatus): Delivery => ({
  ...{ status, courier: null, accepted: false },
  refused: new Set(),
  passedBy: new Set(),
});

const rowOf = ({ totalPrice, deliveryId }: OrderFood, status: OrderStatus): Order => ({
  ...{ status, deliveryId, price: totalPrice },
  payment: 'PENDING',
  paymentId: null,
});
