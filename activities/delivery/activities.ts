import type { Knex } from 'knex';
import type { StartDelivery } from '../../workflows/delivery/contract';
import { DeliveryRepository } from './repository';

const STEP_TAKES_MS = 2_000;

/** The delivery service's steps; each is a transition of its repository, which says what it throws. */
function createActivities({ deliveries }: { deliveries: DeliveryRepository }) {
  return {
    startDelivery: (order: StartDelivery) => deliveries.start(order),
    offerDelivery: (id: string, unanswered: string | undefined) => deliveries.offer(id, unanswered),
    /** @param answerBy tasks of old name none */
    completeDelivery: (id: string, courier: string, attempt: string, answerBy = Date.now() + STEP_TAKES_MS) =>
      deliveries.complete(id, courier, attempt, answerBy),
    resumeDelivery: (id: string, attempt?: string) => deliveries.resume(id, attempt),
    cancelDelivery: (order: StartDelivery) => deliveries.cancel(order),
  };
}

export type DeliveryActivities = ReturnType<typeof createActivities>;

/** What runs on the domain's task queue, on its own database. */
export const activitiesOn = (db: Knex) => createActivities({ deliveries: new DeliveryRepository(db) });
