import type { Knex } from 'knex';
import type { Locale } from './wording';

/** Where a customer wants to be told, besides the inbox. */
export interface Contact {
  email: string | null;
  /** Korean, digits only: "01012345678". */
  phone: string | null;
  locale: Locale;
}

const FIELDS = ['email', 'phone', 'locale'] as const;
const NONE: Contact = { email: null, phone: null, locale: 'ko' };

export async function contactOf(db: Knex, customer: string): Promise<Contact> {
  const row = await db('notification.contacts').where({ customer }).first<Contact | undefined>(FIELDS);
  return row ?? NONE;
}

/** Takes the place of the contact that was there. */
export async function putContact(db: Knex, customer: string, contact: Contact): Promise<void> {
  await db('notification.contacts')
    .insert({ customer, ...contact })
    .onConflict('customer')
    .merge();
}
