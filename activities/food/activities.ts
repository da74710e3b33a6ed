import type { Knex } from 'knex';
import type { CancelReason, OrderFood } from '../../workflows/food/contract';
import type { MoneyBack } from '../../workflows/payment/contract';
import { FoodRepository } from './repository';

/** The food service's steps; each is a transition of its repository, which says what it throws. */
function createActivities({ food }: { food: FoodRepository }) {
  return {
    takeOrder: (order: OrderFood) => food.take(order),
    refuseOrder: (order: OrderFood, failure: string) => food.refuse(order, failure),
    paid: (id: string, paymentId: string) => food.paid(id, paymentId),
    delivering: (id: string) => food.delivering(id),
    delivered: (id: string, answerBy: number) => food.delivered(id, new Date(answerBy)),
    cancel: (id: string, reason: CancelReason, money?: MoneyBack) =>
      food.cancel(id, reason, money ?? 'REFUNDED'),
  };
}

export type FoodActivities = ReturnType<typeof createActivities>;

/** What runs on the domain's task queue, on its own database. */
export const activitiesOn = (db: Knex) => createActivities({ food: new FoodRepository(db) });
