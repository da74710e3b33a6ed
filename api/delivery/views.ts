import { z } from 'zod';
import type { DeliveryRow } from '../../activities/delivery/reads';
import { DELIVERY } from '../../workflows/delivery/contract';
import { type Caller, isAdmin } from '../caller';
import { Instant, typeId } from '../schemas';
import { createdAtOf, Owned } from '../thing';

export const DeliveryStatuses = z.enum(DELIVERY.statuses);
const Offers = z.enum(['OPEN', 'OFFERED', 'ACCEPTED']);

export const DeliveryView = z
  .strictObject({
    id: typeId('dlv'),
    orderId: typeId('ord'),
    status: DeliveryStatuses,
    courier: z.string().nullable().meta({ description: 'Whose it is, or to whom it is offered' }),
    offer: Offers.meta({ description: 'OPEN: whoever comes may take it' }),
    address: z.string().nullable().meta({ description: 'Once it is yours; null before' }),
    items: z.array(z.strictObject({ menu: z.string(), quantity: z.int() })),
    startedAt: Instant,
    completedAt: Instant.optional(),
    ...Owned,
  })
  .meta({ id: 'Delivery' });

/** Address and customer are for the courier whose delivery it is, and for admins. */
export const deliveryView = (delivery: DeliveryRow, caller: Caller): z.output<typeof DeliveryView> => ({
  id: delivery.id,
  orderId: delivery.orderId,
  status: delivery.status,
  courier: delivery.courier,
  offer: delivery.accepted ? 'ACCEPTED' : delivery.courier === null ? 'OPEN' : 'OFFERED',
  address: isTheirs(delivery, caller) ? delivery.address : null,
  items: delivery.lines.map(({ name: menu, quantity }) => ({ menu, quantity })),
  startedAt: delivery.startedAt.toISOString(),
  ...(delivery.completedAt && { completedAt: delivery.completedAt.toISOString() }),
  createdAt: createdAtOf(delivery.id),
  ...(isTheirs(delivery, caller) && { customer: delivery.customer }),
});

const isTheirs = ({ accepted, courier }: DeliveryRow, caller: Caller) =>
  isAdmin(caller) || (accepted && courier === caller.user);
