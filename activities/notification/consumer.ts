import type { Knex } from 'knex';
import { type Channels, DOMAINS } from '../../config';
import { cloudEvent } from '../../events/cloud-event';
import type { Event } from '../../events/event';
import type { Consumer } from '../../events/subscription';
import { contactOf, isConfirmed } from './contacts';
import { post } from './deliveries';
import { allEndpoints, shownTo, wants } from './endpoints';
import { putMessages } from './repository';
import { isWorded } from './wording';

/** Customers are told of every change that concerns them (seed 003, M7): in the inbox, and where else they want. */
export function messageConsumer(db: Knex, channels: Channels): Consumer {
  const takeBatch = async (tx: Knex, events: readonly Event[]) => {
    const wanted = events.filter(({ customer, type }) => customer !== null && isWorded(type));
    await putMessages(tx, wanted);
    for (const event of wanted) await postTo(event.customer as string, tx, event, channels);
  };
  return {
    ...{ name: 'notification', sources: DOMAINS, db, schema: 'notification' },
    take: (tx, event) => takeBatch(tx, [event]),
    takeBatch,
  };
}

async function postTo(customer: string, tx: Knex, event: Event, channels: Channels): Promise<void> {
  const { email, kakao, perHour } = channels;
  if (!email && !kakao) return;
  const contact = await contactOf(tx, customer);
  const to = { customer, content: event.data };
  if (email && contact.email !== null && isConfirmed(contact, 'email'))
    await post(tx, event, { ...to, channel: 'EMAIL', recipient: contact.email }, perHour);
  if (kakao && event.type in kakao.templates && contact.phone !== null && isConfirmed(contact, 'phone'))
    await post(tx, event, { ...to, channel: 'KAKAO', recipient: contact.phone }, perHour);
}

/** Others' systems are told of every event that they want. */
export function webhookConsumer(db: Knex): Consumer {
  const takeBatch = async (tx: Knex, events: readonly Event[]) => {
    const endpoints = await allEndpoints(tx);
    for (const event of events)
      for (const endpoint of endpoints.filter((one) => wants(one, event)))
        await post(tx, event, {
          ...{ channel: 'WEBHOOK', recipient: endpoint.id, customer: null },
          content: { ...cloudEvent(shownTo(endpoint, event)) },
        });
  };
  return {
    ...{ name: 'webhooks', sources: DOMAINS, db, schema: 'notification' },
    take: (tx, event) => takeBatch(tx, [event]),
    takeBatch,
  };
}
