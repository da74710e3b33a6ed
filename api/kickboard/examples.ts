import type { Api } from '../endpoint';
import type { Offered, People } from '../examples';

/** A kickboard that is free, and of the customer a pass with a ride left and a ride under way. */
export async function offers(
  { deps: { kickboardReads } }: Api,
  people: People | undefined,
): Promise<Offered> {
  const [registered] = (await kickboardReads.kickboards({ status: 'REGISTERED', limit: 1 })) ?? [];
  const [returned] = registered
    ? []
    : ((await kickboardReads.kickboards({ status: 'RETURNED', limit: 1 })) ?? []);
  const kbd = (registered ?? returned)?.id;
  if (!people) return { kbd };
  const { customer } = people;
  const passes = (await kickboardReads.passes({ customer, status: 'AVAILABLE' }, { limit: 5 })) ?? [];
  const ridden = await Promise.all(passes.map(({ id }) => kickboardReads.isRidden(id)));
  const [ride] = (await kickboardReads.rides({ customer, status: 'RENTED' }, { limit: 1 })) ?? [];
  return { kbd, pas: (passes.find((_, i) => !ridden[i]) ?? passes[0])?.id, rid: ride?.id };
}
