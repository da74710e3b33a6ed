import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { putMessages } from '../../activities/notification/repository';

/** A message about a top-up of so much, as the notification service puts it into the inbox. */
export const message = (db: Knex, customer: string, amount = 1_000): Promise<void> =>
  putMessages(db, [
    {
      id: `payment/${randomUUID()}`,
      type: 'payment.topped-up',
      subject: 'top_1',
      customer,
      data: { status: 'CREDITED', amount, failure: null },
      at: new Date(),
    },
  ]);

/** What payment tells of top-ups: one transaction, many customers. */
export async function topUps(db: Knex, customers: readonly string[], amount: number): Promise<void> {
  await db('payment.outbox').insert(
    customers.map((customer) => ({
      type: 'payment.topped-up',
      subject: `top_${randomUUID()}`,
      customer,
      data: { status: 'CREDITED', amount, failure: null },
    })),
  );
}

/** The ids of a customer's messages in their order. */
export const inbox = (db: Knex, customer: string): Promise<string[]> =>
  db('notification.messages').where({ customer }).orderBy('number').pluck<string[]>('id');
