import type { Knex } from 'knex';
import type { Channels } from '../../config';
import type { Channel, Send } from './deliveries';
import { emailSender } from './email';
import { kakaoSender } from './kakao';
import { webhookSender } from './webhooks';

/** A channel that is not set up has none. */
export type Senders = Partial<Record<Channel, Send>>;

export const sendersOf = (db: Knex, { email, kakao, webhooks }: Channels): Senders => ({
  ...(email && { EMAIL: emailSender(db, email) }),
  ...(kakao && { KAKAO: kakaoSender(db, kakao) }),
  WEBHOOK: webhookSender(db, webhooks),
});
