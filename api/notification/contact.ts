import { z } from 'zod';
import { contactOf, putContact } from '../../activities/notification/contacts';
import { endpoint, type Api } from '../endpoint';
import { LOCALES } from '../problem-row';
import { says } from '../validation-words';

const Email = z.email().max(254).meta({ example: 'minji@example.com' });
const Locale = z.enum(LOCALES);
/** A Korean mobile number: "010-1234-5678", "01012345678", "+82 10 1234 5678". */
const Phone = z
  .string()
  .regex(/^(0|\+82[ -]?)1[016789][ -]?\d{3,4}[ -]?\d{4}$/, says('phone'))
  .meta({ description: 'Korean mobile number', example: '010-1234-5678' });

const ContactView = z
  .strictObject({
    email: z.string().nullable(),
    phone: z.string().nullable().meta({ description: 'Digits only' }),
    locale: Locale.meta({ description: 'In which messages go out' }),
  })
  .meta({ id: 'Contact' });

/** Where customers are told besides their inbox. */
export function contactRoutes(api: Api): void {
  const db = api.deps.databases.notification;
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
    async ({ caller }) => ({ status: 200, body: await contactOf(db, caller.user) }),
  );

  endpoint(
    api,
    {
      method: 'put',
      path,
      summary: 'Say where you want to be told; what is null or left out is removed',
      tag,
      who: 'signed-in',
      body: z.strictObject({
        email: Email.nullish(),
        phone: Phone.nullish(),
        locale: Locale.nullish().meta({ description: 'Korean unless said' }),
      }),
      answers: { 200: ContactView },
    },
    async ({ caller, body }) => {
      const contact = {
        email: body.email ?? null,
        phone: body.phone?.replace(/^\+82/, '0').replaceAll(/\D/g, '') ?? null,
        locale: body.locale ?? ('ko' as const),
      };
      await putContact(db, caller.user, contact);
      return { status: 200, body: contact };
    },
  );
}
