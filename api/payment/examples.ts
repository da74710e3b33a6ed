import type { Api } from '../endpoint';
import type { Offered, People } from '../examples';

/** A top-up of the customer, and what waits for an operator. */
export async function offers({ deps: { paymentReads } }: Api, people: People | undefined): Promise<Offered> {
  if (!people) return {};
  const entries = (await paymentReads.entries(people.customer, 50)) ?? [];
  const [parked] = (await paymentReads.parked('NEEDS_OPERATOR', 1)) ?? [];
  return { top: entries.find(({ kind }) => kind === 'TOP_UP')?.reference, prk: parked?.id };
}
