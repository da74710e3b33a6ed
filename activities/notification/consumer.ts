import type { Knex } from 'knex';
import { type Channels, DOMAINS } from '../../config';
import { cloudEvent } from '../../events/cloud-event';
import type { Event } from '../../events/event';
import type { Consumer } from '../../events/subscription';
import { contactOf } from './contacts';
import { post } from './deliveries';
import { endpointsFor } from './endpoints';
import { putMessage } from './repository';
import { isWorded } from './wording';

/** Customers are told of every change that concerns them (seed 003, M7): in the inbox, and where else they want. */
export const messenger = (db: Knex, channels: Channels): Consumer => ({
  name: 'notification',
  sources: DOMAINS,
  db,
  schema: 'notification',
  take: async (tx, event) => {
    if (event.customer === null || !isWorded(event.type)) return;
    await putMessage(tx, event);
    await postTo(event.customer, tx, event, channels);
  },
});

async function postTo(customer: string, tx: Knex, event: Event, { email, kakao }: Channels): Promise<void> {
  if (!email && !kakao) return;
  const contact = await contactOf(tx, customer);
  const to = { customer, content: event.data };
  if (email && contact.email !== null)
    await post(tx, event, { ...to, channel: 'EMAIL', recipient: contact.email });
  if (kakao && event.type in kakao.templates && contact.phone !== null)
    await post(tx, event, { ...to, channel: 'KAKAO', recipient: contact.phone });
}

/** Others' systems are told of every event that they want. */
export const herald = (db: Knex): Consumer => ({
  name: 'webhooks',
  sources: DOMAINS,
  db,
  schema: 'notification',
  take: async (tx, event) => {
    for (const recipient of await endpointsFor(tx, event))
      await post(tx, event, {
        channel: 'WEBHOOK',
        recipient,
        customer: null,
        content: { ...cloudEvent(event) },
      });
  },
});
