import type { Api } from '../endpoint';
import type { Offered, People } from '../examples';

/** A dish, and an order of the customer that is not delivered yet. */
export async function offers({ deps: { foodReads } }: Api, people: People | undefined): Promise<Offered> {
  const menus = (await foodReads.menus(100)) ?? [];
  const orders = people && (await foodReads.orders({ customer: people.customer }, { limit: 20 }));
  const open = orders?.find(({ status }) => ['ORDERED', 'PAID', 'DELIVERING'].includes(status));
  return { mnu: menus[0]?.id, 'mnu deleteMenu': menus.at(-1)?.id, ord: (open ?? orders?.[0])?.id };
}
