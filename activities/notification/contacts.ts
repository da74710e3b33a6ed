import type { Knex } from 'knex';
import type { DeliveryRow } from './deliveries';
import { Unwanted } from './unwanted';
import { CONTACT_CODE, type Locale } from './wording';

/** What of a contact is told by which channel. */
export const CONTACT_CHANNELS = { email: 'EMAIL', phone: 'KAKAO' } as const;
export type ContactPart = keyof typeof CONTACT_CHANNELS;

/** Where a customer wants to be told, besides the inbox. */
export interface Contact {
  email: string | null;
  /** Korean, digits only: "01012345678". */
  phone: string | null;
  locale: Locale;
}

/** Only what its owner has confirmed is written to (decision 033). */
export interface KnownContact extends Contact {
  email_confirmed_at: Date | null;
  phone_confirmed_at: Date | null;
}

const FIELDS = ['email', 'phone', 'locale', 'email_confirmed_at', 'phone_confirmed_at'] as const;
const NONE: KnownContact = {
  ...{ email: null, phone: null, locale: 'ko' },
  ...{ email_confirmed_at: null, phone_confirmed_at: null },
};

export async function contactOf(db: Knex, customer: string): Promise<KnownContact> {
  const row = await db('notification.contacts').where({ customer }).first<KnownContact | undefined>(FIELDS);
  return row ?? NONE;
}

/** Takes the place of the contact that was there; what has not changed stays confirmed. @returns the new one */
export async function putContact(db: Knex, customer: string, contact: Contact): Promise<KnownContact> {
  const stillConfirmed = (part: ContactPart) =>
    db.raw('CASE WHEN c.:part: = excluded.:part: THEN c.:at: END', { part, at: `${part}_confirmed_at` });
  const [row] = await db('notification.contacts as c')
    .insert({ customer, ...contact })
    .onConflict('customer')
    .merge({
      ...contact,
      email_confirmed_at: stillConfirmed('email'),
      phone_confirmed_at: stillConfirmed('phone'),
    })
    .returning<KnownContact[]>([...FIELDS]);
  return row ?? NONE;
}

export const isConfirmed = (contact: KnownContact, part: ContactPart): boolean =>
  contact[`${part}_confirmed_at`] !== null;

/**
 * Whoever is to read a delivery.
 * @throws Unwanted where that is not (any more) to be sent to this recipient
 */
export async function readerOf(
  db: Knex,
  part: ContactPart,
  { customer, recipient, event, content }: DeliveryRow,
): Promise<KnownContact> {
  const contact = await contactOf(db, customer ?? '');
  if (contact[part] !== recipient) throw new Unwanted(`the customer has removed this ${part}`);
  if (event === CONTACT_CODE) {
    if (Date.now() >= Date.parse(content.expiresAt as string)) throw new Unwanted('the code has expired');
  } else if (!isConfirmed(contact, part)) throw new Unwanted(`the customer has not confirmed this ${part}`);
  return contact;
}

/** Who has confirmed that e-mail address or phone number as theirs. */
export async function customersBy(db: Knex, contact: string): Promise<string[]> {
  const rows = db('notification.contacts');
  if (contact.includes('@'))
    void rows.whereRaw('email_confirmed_at IS NOT NULL AND lower(email) = lower(?)', [contact]);
  else {
    const digits = contact.replace(/^\+82/, '0').replaceAll(/[ -]/g, '');
    if (!/^\d+$/.test(digits)) return [];
    void rows.whereRaw('phone_confirmed_at IS NOT NULL AND phone = ?', [digits]);
  }
  return rows.pluck<string[]>('customer');
}
