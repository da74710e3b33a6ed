import { card } from '../cinema';
import { Kitchen } from '../kitchen';
import type { TestStack } from '../test-stack';
import type { Told } from './journeys-of-vehicles';

/** What customers and couriers do, and what is told of it, once each and in this order. */
export const ORDERS: Record<string, (stack: TestStack, told: Told) => Promise<void>> = {
  'an order that is offered, declined, taken and brought': async (stack, told) => {
    const [kitchen, minji] = [await Kitchen.open(stack), await stack.signIn()];
    const dana = await stack.signIn({ roles: ['courier'] });
    await told('food', kitchen.gimbab, 'menu-added');
    await dana.call('PUT', '/v1/couriers/me/duty');
    const { id, delivery } = await kitchen.delivering(minji);
    await told('delivery', delivery.id as string, 'started, offered');
    await dana.call('DELETE', '/v1/couriers/me/duty');
    await dana.post(`/v1/deliveries/${delivery.id}/decline`);
    await kitchen.courier.post(`/v1/deliveries/${delivery.id}/accept`);
    expect((await kitchen.complete(delivery.id as string)).status).toBe(200);
    await told('food', id as string, 'ordered, paid, delivering, delivered');
    await told('delivery', delivery.id as string, 'started, offered, passed-on, accepted, completed');
    await told('payment', id as string, 'charge-sent, captured');
  },
  'an order that is cancelled on its way': async (stack, told) => {
    const [kitchen, minji] = [await Kitchen.open(stack), await stack.signIn()];
    const { id, delivery } = await kitchen.delivering(minji);
    expect((await kitchen.cancel(minji, id as string)).status).toBe(200);
    await told('food', id as string, 'ordered, paid, delivering, cancelled');
    await told('delivery', delivery.id as string, 'started, cancelled');
    await told('payment', id as string, 'charge-sent, captured, refund-sent, refunded');
  },
  'an order that is never paid': async (stack, told) => {
    const [kitchen, minji] = [await Kitchen.open(stack), await stack.signIn()];
    const id = await kitchen.ordered(minji, card('tok_declined'));
    await kitchen.admin.call('DELETE', `/v1/menus/${kitchen.gimbab}`);
    await told('food', kitchen.gimbab, 'menu-added, menu-removed');
    await told('food', id, 'ordered, cancelled');
    await told('payment', id, 'charge-sent, declined');
  },
  'an order that is brought too late to be told, and then cancelled': async (stack, told) => {
    const [kitchen, minji] = [await Kitchen.open(stack), await stack.signIn()];
    const { id, delivery } = await kitchen.delivering(minji);
    await stack.db.raw(`
      CREATE FUNCTION food.slowly() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_sleep(6); RAISE 'not now'; END $$;
      CREATE TRIGGER slowly BEFORE UPDATE ON food.orders FOR EACH ROW
        WHEN (NEW.id = '${id}' AND NEW.status = 'DELIVERED') EXECUTE FUNCTION food.slowly()`);
    expect((await kitchen.complete(delivery.id as string)).body.code).toBe('food-unavailable');
    await told('delivery', delivery.id as string, 'started, completed, resumed');
    expect((await kitchen.cancel(minji, id as string)).status).toBe(200);
    await told('delivery', delivery.id as string, 'started, completed, resumed, cancelled');
  },
};
