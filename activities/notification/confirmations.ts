import { randomInt } from 'node:crypto';
import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import { CONTACT_CHANNELS, contactOf, type ContactPart, isConfirmed } from './contacts';
import { post } from './deliveries';
import { CONTACT_CODE } from './wording';

const VALID_MINUTES = 10;
const TRIES_PER_CODE = 5;
/** Whoever types a stranger's address cannot fill their mailbox, however many accounts they have. */
const CODES_PER_RECIPIENT_AND_HOUR = 5;
const CODES_PER_CUSTOMER_AND_HOUR = 10;

export interface SentCode {
  recipient: string;
  expiresAt: Date;
}

/**
 * Has a code sent to a part of the customer's contact, by which they show that it is theirs.
 * @returns why none was sent: nothing to confirm, or too many within the hour
 */
export async function sendCode(
  db: Knex,
  customer: string,
  part: ContactPart,
): Promise<SentCode | 'no-contact' | 'already-confirmed' | 'too-many-codes'> {
  return db.transaction(async (tx) => {
    const contact = await contactOf(tx, customer);
    const recipient = contact[part];
    if (recipient === null) return 'no-contact';
    if (isConfirmed(contact, part)) return 'already-confirmed';
    // One after the other, so that none slips past the count.
    for (const whom of [recipient, customer].sort())
      await tx.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [`contact code ${whom}`]);
    const codes = tx('notification.contact_codes');
    const hourAgo = tx.raw(`clock_timestamp() - interval '1 hour'`);
    const lately = async (whose: object) =>
      Number((await codes.clone().where(whose).where('at', '>', hourAgo).count())[0]?.count);
    if ((await lately({ recipient })) >= CODES_PER_RECIPIENT_AND_HOUR) return 'too-many-codes';
    if ((await lately({ customer })) >= CODES_PER_CUSTOMER_AND_HOUR) return 'too-many-codes';
    await codes.clone().where('at', '<', tx.raw(`now() - interval '1 day'`)).delete();

    const id = typeid('cod').toString();
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await codes.clone().insert({ id, customer, recipient, code });
    const expiresAt = new Date(Date.now() + VALID_MINUTES * 60_000);
    await post(
      tx,
      { id, type: CONTACT_CODE, subject: customer },
      {
        ...{ channel: CONTACT_CHANNELS[part], recipient, customer },
        content: { code, minutes: VALID_MINUTES, expiresAt: expiresAt.toISOString() },
      },
    );
    return { recipient, expiresAt };
  });
}

/** Confirms a part of the contact by the newest code that was sent there. @returns whether that is done, or why not */
export async function confirmContact(
  db: Knex,
  customer: string,
  part: ContactPart,
  code: string,
): Promise<'confirmed' | 'wrong-code' | 'no-code'> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.raw<{ rows: { code: string; recipient: string }[] }>(
      `UPDATE notification.contact_codes SET tries = tries + 1
       WHERE id = (
           SELECT k.id FROM notification.contact_codes k JOIN notification.contacts c USING (customer)
           WHERE customer = :customer AND k.recipient = c.:part: ORDER BY k.at DESC LIMIT 1)
         AND tries < :tries AND at > clock_timestamp() - :minutes * interval '1 minute'
       RETURNING code, recipient`,
      { customer, part, tries: TRIES_PER_CODE, minutes: VALID_MINUTES },
    );
    const [sent] = rows;
    if (!sent) return 'no-code';
    if (sent.code !== code) return 'wrong-code';
    await tx('notification.contacts')
      .where({ customer, [part]: sent.recipient })
      .update({ [`${part}_confirmed_at`]: tx.fn.now() });
    return 'confirmed';
  });
}
