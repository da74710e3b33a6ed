import { z } from 'zod';
import { confirmContact, sendCode } from '../../activities/notification/confirmations';
import {
  contactOf,
  isConfirmed,
  type KnownContact,
  putContact,
} from '../../activities/notification/contacts';
import { CONTACT_CODE } from '../../activities/notification/wording';
import type { Channels } from '../../config';
import { endpoint, type Api } from '../endpoint';
import { LOCALES } from '../problem-row';
import { Problem } from '../problems';
import { Instant } from '../schemas';
import { says } from '../validation-words';

const Email = z.email().max(254).meta({ example: 'minji@example.com' });
const Locale = z.enum(LOCALES);
/** A Korean mobile number: "010-1234-5678", "01012345678", "+82 10 1234 5678". */
const Phone = z
  .string()
  .regex(/^(0|\+82[ -]?)1[016789][ -]?\d{3,4}[ -]?\d{4}$/, says('phone'))
  .meta({ description: 'Korean mobile number', example: '010-1234-5678' });
const Part = z.enum(['email', 'phone']).meta({ description: 'Which part of the contact' });

const ContactView = z
  .strictObject({
    email: z.string().nullable(),
    emailConfirmed: z.boolean().meta({ description: 'Nothing but codes is sent there before' }),
    phone: z.string().nullable().meta({ description: 'Digits only' }),
    phoneConfirmed: z.boolean(),
    locale: Locale.meta({ description: 'In which messages go out' }),
  })
  .meta({ id: 'Contact' });

const contactView = (contact: KnownContact): z.output<typeof ContactView> => ({
  email: contact.email,
  emailConfirmed: isConfirmed(contact, 'email'),
  phone: contact.phone,
  phoneConfirmed: isConfirmed(contact, 'phone'),
  locale: contact.locale,
});

/** Where customers are told besides their inbox. */
export function contactRoutes(api: Api): void {
  const db = api.deps.databases.notification;
  const { channels } = api.deps.config;
  const path = '/v1/me/contact';
  const tag = 'Me';

  endpoint(
    api,
    {
      method: 'get',
      path,
      summary: 'Where you are told besides your inbox',
      tag,
      who: 'signed-in',
      answers: { 200: ContactView },
    },
    async ({ caller }) => ({ status: 200, body: contactView(await contactOf(db, caller.user)) }),
  );

  endpoint(
    api,
    {
      method: 'put',
      path,
      summary:
        'Say where you want to be told; what is null or left out is removed, what is new is to be confirmed',
      tag,
      who: 'signed-in',
      body: z.strictObject({
        email: Email.nullish(),
        phone: Phone.nullish(),
        locale: Locale.nullish().meta({ description: 'Korean unless said' }),
      }),
      example: () => ({ email: 'minji@example.com', phone: '010-1234-5678', locale: 'ko' }),
      answers: { 200: ContactView },
    },
    async ({ caller, body }) => {
      const contact = await putContact(db, caller.user, {
        email: body.email ?? null,
        phone: body.phone?.replace(/^\+82/, '0').replaceAll(/\D/g, '') ?? null,
        locale: body.locale ?? 'ko',
      });
      return { status: 200, body: contactView(contact) };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: `${path}/codes`,
      summary: 'Have a code sent to your e-mail address or phone, to confirm it',
      tag,
      who: 'signed-in',
      body: z.strictObject({ contact: Part }),
      example: () => ({ contact: 'email' }),
      answers: {
        200: z
          .strictObject({ contact: Part, sentTo: z.string(), expiresAt: Instant })
          .meta({ id: 'SentCode' }),
      },
      problems: ['no-contact', 'already-confirmed', 'channel-not-set-up', 'too-many-codes'],
    },
    async ({ caller, body: { contact } }) => {
      if (!isSetUp(channels, contact)) throw new Problem('channel-not-set-up');
      const sent = await sendCode(db, caller.user, contact);
      if (typeof sent === 'string') throw new Problem(sent);
      const { recipient, expiresAt } = sent;
      return { status: 200, body: { contact, sentTo: recipient, expiresAt: expiresAt.toISOString() } };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: `${path}/confirmations`,
      summary: 'Confirm your e-mail address or phone by the code that was sent there',
      tag,
      who: 'signed-in',
      body: z.strictObject({
        contact: Part,
        code: z
          .string()
          .regex(/^\d{6}$/, says('code'))
          .meta({ example: '042917' }),
      }),
      example: () => ({ contact: 'email', code: '042917' }),
      answers: { 200: ContactView },
      problems: ['no-code', 'wrong-code'],
    },
    async ({ caller, body: { contact, code } }) => {
      const outcome = await confirmContact(db, caller.user, contact, code);
      if (outcome !== 'confirmed') throw new Problem(outcome);
      return { status: 200, body: contactView(await contactOf(db, caller.user)) };
    },
  );
}

/** A phone is told by templates: without one for the code it cannot be confirmed. */
const isSetUp = ({ email, kakao }: Channels, part: z.output<typeof Part>): boolean =>
  part === 'email' ? email !== undefined : kakao !== undefined && CONTACT_CODE in kakao.templates;
