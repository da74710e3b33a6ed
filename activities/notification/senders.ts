import type { Knex } from 'knex';
import type { Channels } from '../../config';
import type { Channel, DeliveryRow } from './deliveries';
import { emailSender } from './email';
import { kakaoSender } from './kakao';
import { webhookSender } from './webhooks';

/**
 * Hands one delivery over.
 * @throws Unwanted when nobody wants it any more; any other error when another try may succeed
 */
export type Send = (delivery: DeliveryRow, signal: AbortSignal) => Promise<void>;

/** A channel that is not set up has none. */
export type Senders = Partial<Record<Channel, Send>>;

export const sendersOf = (db: Knex, { email, kakao, webhooks }: Channels): Senders => ({
  ...(email && { EMAIL: emailSender(db, email) }),
  ...(kakao && { KAKAO: kakaoSender(db, kakao) }),
  WEBHOOK: webhookSender(db, webhooks),
});
