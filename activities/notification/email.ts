import type { Knex } from 'knex';
import { createTransport } from 'nodemailer';
import type { Channels } from '../../config';
import { contactOf } from './contacts';
import type { Send } from './senders';
import { Unwanted } from './unwanted';
import { subjectOf, textOf } from './wording';

/** Each part of the talk with the mail server. */
const WITHIN_MS = 5_000;

/** Letters by SMTP, in the language that the customer has chosen. */
export function emailSender(db: Knex, { url, from }: NonNullable<Channels['email']>): Send {
  const transport = createTransport({
    url,
    connectionTimeout: WITHIN_MS,
    greetingTimeout: WITHIN_MS,
    socketTimeout: WITHIN_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ id, customer, recipient, event, content }) => {
    const { email, locale } = await contactOf(db, customer ?? '');
    if (email !== recipient) throw new Unwanted('the customer has removed this address');
    await transport.sendMail({
      messageId: `<${id}@haru>`,
      from,
      to: { name: '', address: recipient },
      subject: subjectOf(event, content, locale),
      text: textOf(event, content, locale),
    });
  };
}
