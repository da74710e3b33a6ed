import type { Knex } from 'knex';
import { createTransport } from 'nodemailer';
import type { Channels } from '../../config';
import { readerOf } from './contacts';
import { subjectOf, textOf } from './wording';
import type { Send } from './deliveries';

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
  return async (delivery) => {
    const { id, recipient, event, content } = delivery;
    const { locale } = await readerOf(db, 'email', delivery);
    await transport.sendMail({
      messageId: `<${id}@haru>`,
      from,
      to: { name: '', address: recipient },
      subject: subjectOf(event, content, locale),
      text: textOf(event, content, locale),
    });
  };
}
