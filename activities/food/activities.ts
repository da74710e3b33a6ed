import type { CancelReason, OrderFood } from '../../workflows/food/contract';
import type { FoodRepository } from './repository';

/** The food service's steps; each is a transition of its repository, which says what it throws. */
export function createActivities({ food }: { food: FoodRepository }) {
  return {
    takeOrder: (order: OrderFood) => food.take(order),
    refuseOrder: (order: OrderFood, failure: string) => food.refuse(order, failure),
    paid: (id: string, paymentId: string) => food.paid(id, paymentId),
    delivering: (id: string) => food.delivering(id),
    delivered: (id: string, answerBy: number) => food.delivered(id, new Date(answerBy)),
    cancel: (id: string, reason: CancelReason) => food.cancel(id, reason),
  };
}

export type FoodActivities = ReturnType<typeof createActivities>;
