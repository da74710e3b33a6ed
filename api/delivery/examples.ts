import type { Api } from '../endpoint';
import type { Offered, People } from '../examples';

/** A delivery that the courier may take, and one that they have taken. */
export async function offers({ deps: { deliveryReads } }: Api, people: People | undefined): Promise<Offered> {
  if (!people) return {};
  const filter = { courier: people.courier, status: 'STARTED' as const };
  const theirs = (await deliveryReads.deliveries(filter, { limit: 20 })) ?? [];
  const accepted = theirs.find((delivery) => delivery.accepted)?.id;
  const open = theirs.find((delivery) => !delivery.accepted)?.id;
  return { dlv: open ?? accepted, 'dlv completeDelivery': accepted ?? open };
}
