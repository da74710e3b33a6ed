import type { Client } from '@temporalio/client';
import type { DeliveryRow } from '../../activities/delivery/reads';
import type { findCourier } from '../../workflows/delivery/find-courier';
import { courierAnswered } from '../../workflows/delivery/messages';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { deliveryView, DeliveryView } from './views';
import { Id, visibleTo } from './deliveries';

/** Couriers: on duty or not, and what they answer to an offer. */
export function courierRoutes(api: Api): void {
  const { deliveries, deliveryReads, presence, temporal } = api.deps;
  const tag = 'Delivery';

  for (const [method, onDuty, summary] of [
    ['put', true, 'Go on duty: deliveries are offered to you'],
    ['delete', false, 'Go off duty'],
  ] as const)
    endpoint(
      api,
      {
        method,
        path: '/v1/couriers/me/duty',
        summary,
        tag,
        who: ['courier'],
        answers: { 204: null },
      },
      async ({ caller }) => {
        await presence.of('delivery');
        await deliveries.setDuty(caller.user, onDuty);
        return { status: 204 };
      },
    );

  for (const [answer, summary, told] of [
    ['accept', 'Take a delivery that is offered to you, or open to everyone', taken],
    ['decline', 'Do without a delivery: it is offered to the next courier', declined],
  ] as const)
    endpoint(
      api,
      {
        method: 'post',
        path: `/v1/deliveries/{id}/${answer}`,
        summary,
        tag,
        who: ['courier'],
        params: Id,
        answers: { 200: DeliveryView },
        problems: ['already-completed', 'cancelled', 'conflict'],
      },
      async ({ caller, params: { id } }) => {
        const before = await deliveryReads.delivery(id);
        // Asked again, or the offer had run out: they do without it.
        if (answer === 'decline' && before && doesWithout(before, caller.user))
          return { status: 200, body: deliveryView(before, caller) };
        visibleTo(caller, before);
        await presence.of('delivery');
        const done = await deliveries[answer](id, caller.user);
        const delivery = await deliveryReads.delivery(id);
        if (!delivery) throw new Problem('not-found');
        if (delivery.status === 'COMPLETED') throw new Problem('already-completed');
        if (delivery.status === 'CANCELLED') throw new Problem('cancelled');
        if (!done) throw new Problem('conflict');
        await told(temporal, id).catch(() => undefined);
        return { status: 200, body: deliveryView(delivery, caller) };
      },
    );
}

const doesWithout = ({ status, courier, passedBy }: DeliveryRow, user: string) =>
  status === 'STARTED' && courier !== user && passedBy.includes(user);

/** Whoever looks for a courier need not look any longer; unheard, they see so when the offer has run out. */
const taken = (temporal: Client, id: string) => temporal.workflow.getHandle(id).signal(courierAnswered);

/**
 * Whoever looks for a courier looks on, or begins anew where the one who does without had taken it before. Unheard, a
 * search goes on when the offer has run out, and what nobody searches for is open to everyone.
 */
const declined = (temporal: Client, id: string) =>
  temporal.workflow.signalWithStart<typeof findCourier>('findCourier', {
    workflowId: id,
    taskQueue: 'delivery',
    args: [id],
    signal: courierAnswered,
  });
