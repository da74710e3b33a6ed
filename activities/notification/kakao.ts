import type { Knex } from 'knex';
import type { SolapiMessageService } from 'solapi';
import type { Channels } from '../../config';
import { readerOf } from './contacts';
import type { Send } from './deliveries';

/** Alimtalk by SOLAPI: an approved template an event, its variables are the event's data. No SMS in its place. */
export function kakaoSender(
  db: Knex,
  { apiKey, apiSecret, pfId, from, templates }: NonNullable<Channels['kakao']>,
): Send {
  let solapi: SolapiMessageService | undefined;
  return async (delivery) => {
    const { id, recipient, event, content } = delivery;
    await readerOf(db, 'phone', delivery);
    const templateId = templates[event];
    if (templateId === undefined) throw new Error(`KAKAO_TEMPLATES has none for ${event}`);
    // It takes long to load: whoever sends none does without.
    solapi ??= new (await import('solapi')).SolapiMessageService(apiKey, apiSecret);
    await solapi.send({
      to: recipient,
      from,
      type: 'ATA',
      kakaoOptions: { pfId, templateId, variables: inWords(content), disableSms: true },
      customFields: { delivery: id },
    });
  };
}

/** Variables are text: amounts as they are written in Korean, lists with commas. */
const inWords = (data: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([name, value]) => [name, inWord(value)]));

function inWord(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('ko');
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : '';
}
