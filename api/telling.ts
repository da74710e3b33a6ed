import type { z } from 'zod';
import { worded } from '../activities/notification/wording';
import type { Event } from '../events/event';
import type { Entry } from '../events/shape';
import type { ActRow } from './acts';
import type { Locale } from './problem-row';
import { type Rule, RULES, type Words } from './rules';

/** What an explanation says of an event; a name in braces is of the event's data, as in messages. */
export interface Said {
  what: Words;
  why?: Words | undefined;
  rule?: Rule;
  /** Whole KRW that it is about. */
  amount?: number | undefined;
}

/** The words for every event of a thing. */
export type Telling<Events extends Readonly<Record<string, Entry>>> = {
  readonly [E in keyof Events]: (data: z.output<Events[E]['data']>) => Said;
};

const CANCELLED: Words = {
  ko: '담당자가 취소를 시작했습니다.',
  en: 'Our staff began to cancel it.',
};
const RETURNED: Words = {
  ko: '담당자가 반납을 처리했습니다.',
  en: 'Our staff took it back.',
};

/** Events with the words for them. */
export interface Told {
  events: readonly Event[];
  telling: object;
}

/** What an admin does to a customer's thing, as the customer is told of it. */
const ACTS: Readonly<Record<string, Words>> = {
  'POST /v1/operations/bookings/{id}/cancel': CANCELLED,
  'POST /v1/operations/orders/{id}/cancel': CANCELLED,
  'POST /v1/rentals/{id}/return': RETURNED,
  'POST /v1/rides/{id}/return': RETURNED,
};

/** An act of the operators' log as an event; none where customers are told nothing of it. */
export const actOf = ({ id, act, reason, at }: ActRow): Event[] =>
  act in ACTS ? [{ id, type: act, subject: id, customer: null, data: { reason }, at }] : [];

export const ACTS_TELLING = Object.fromEntries(
  Object.entries(ACTS).map(([act, what]) => [
    act,
    ({ reason }: { reason: string | null }): Said => ({
      what,
      ...(reason !== null && { why: { ko: '{{reason}}', en: '{{reason}}' } }),
    }),
  ]),
);

export interface Step {
  at: string;
  what: string;
  why?: string;
  rule?: string;
  amount?: number;
  event?: string;
}

/** What happened, as the caller is told of it, in the order of time. @param inDetail with the names of events and rules */
export const stepsOf = (told: readonly Told[], locale: Locale, inDetail: boolean): Step[] =>
  told
    .flatMap(({ events, telling }) => events.map((event) => ({ event, said: saidOf(event, telling) })))
    .sort((a, b) => a.event.at.getTime() - b.event.at.getTime())
    .map(({ event: { type, data, at }, said: { what, why, rule, amount } }) => {
      const inWords = (words: Words) => worded(words, data, locale);
      return {
        at: at.toISOString(),
        what: inWords(what),
        ...(why && { why: inWords(why) }),
        ...(rule && { rule: inWords(RULES[rule]) + (inDetail ? ` (${rule})` : '') }),
        ...(amount !== undefined && { amount }),
        ...(inDetail && { event: type }),
      };
    });

function saidOf({ type, data }: Event, telling: object): Said {
  // The words are for the data of that very event: `Telling`.
  const say = (telling as Record<string, ((data: object) => Said) | undefined>)[type];
  if (!say) throw new Error(`no words for ${type}`);
  return say(data);
}
