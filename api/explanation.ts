import { z } from 'zod';
import { worded } from '../activities/notification/wording';
import type { MoneyOf, TransferRow } from '../activities/payment/money-reads';
import { type Domain } from '../config';
import { Outbox } from '../events/outbox';
import { Acts } from './acts';
import { type Caller, isAdmin, type Role } from './caller';
import { endpoint, type Api } from './endpoint';
import { inSupport, Support } from './support';
import { MONEY_TELLING } from './payment/telling';
import type { Locale } from './problem-row';
import { unlessAway } from './reach';
import type { Words } from './rules';
import { Instant, Money, typeId } from './schemas';
import { ACTS_TELLING, actOf, stepsOf } from './telling';

const KINDS = ['booking', 'pass', 'ride', 'rental', 'order', 'payment'] as const;

const TRANSFER_KINDS = [
  'CAPTURE',
  'REFUND',
  'REFUND_FAILED',
  'PURCHASE',
  'PURCHASE_REFUND',
  'TOP_UP',
  'SETTLEMENT',
  'WRITE_OFF',
  'BILL',
  'CONVERSION',
] as const satisfies readonly TransferRow['kind'][];

const ExplanationView = z
  .strictObject({
    id: z.string(),
    kind: z.enum(KINDS),
    summary: z.string(),
    steps: z.array(
      z.strictObject({
        at: Instant,
        what: z.string(),
        why: z.string().optional(),
        rule: z.string().optional().meta({ description: 'The rule behind it' }),
        amount: Money.optional(),
        event: z.string().optional().meta({ description: 'For admins: the event that it is told by' }),
      }),
    ),
    transfers: z.array(
      z.strictObject({
        at: Instant,
        kind: z.enum(TRANSFER_KINDS),
        from: z.string(),
        to: z.string(),
        amount: Money,
      }),
    ),
    support: Support.optional(),
  })
  .meta({ id: 'Explanation' });

/** Events of one domain about the thing, and the words for them. */
interface Source {
  domain: Exclude<Domain, 'payment'>;
  subjects: readonly string[];
  telling: object;
}

/** Of what the route explains. */
interface Explained {
  /** Whose money it is about: the thing itself unless said. */
  reference?: string;
  customer: string | null;
  /** How it stands; a name in braces is of `data`. */
  summary: Words;
  data?: object;
  sources: readonly Source[];
}

interface Wanted {
  /** Such as "bookings": `/v1/bookings/{id}/explanation`. */
  things: string;
  /** Of their ids. */
  prefix: string;
  kind: (typeof KINDS)[number];
  tag: string;
  who?: Role[];
  /** @throws Problem not-found when the caller may not know of it */
  find: (id: string, caller: Caller) => Promise<Explained>;
}

/**
 * X3: what happened to a thing, step by step, why it was charged, refused or refunded. It is made of rows, events and the
 * ledger, which outlive the engine; workflows are not asked.
 */
export function explanationRoute(
  api: Api,
  { things, prefix, kind, tag, who = ['customer', 'admin'], find }: Wanted,
): void {
  const { databases, moneyReads } = api.deps;
  const acts = new Acts(databases.api);
  const eventsOf = ({ domain, subjects }: Source) => new Outbox(databases[domain], domain).about(subjects);

  endpoint(
    api,
    {
      method: 'get',
      path: `/v1/${things}/{id}/explanation`,
      summary: 'What happened and why, in your language',
      tag,
      who,
      params: z.strictObject({ id: typeId(prefix) }),
      answers: { 200: ExplanationView },
    },
    async ({ caller, params: { id } }) => {
      const { reference = id, customer, summary, data = {}, sources } = await find(id, caller);
      const [money, done, ...told] = await Promise.all([
        moneyReads.of(reference),
        unlessAway(acts.on(reference), () => []),
        // What another service has told is missing while its database is away.
        ...sources.map(async (source) => ({
          events: await unlessAway(eventsOf(source), () => []),
          telling: source.telling,
        })),
      ]);
      const { locale } = caller;
      const inDetail = isAdmin(caller);
      const sentences = [worded(summary, data, locale), ...moneyInWords(money, locale)];
      return {
        status: 200,
        body: {
          ...{ id, kind, summary: sentences.join(' ') },
          steps: stepsOf(
            [
              ...told,
              { events: money.events, telling: MONEY_TELLING },
              { events: done.flatMap(actOf), telling: ACTS_TELLING },
            ],
            locale,
            inDetail,
          ),
          transfers: money.transfers.map(({ at, kind, from, to, amount }) => ({
            ...{ at: at.toISOString(), kind, amount },
            ...(inDetail ? { from, to } : { from: accountOf(from, locale), to: accountOf(to, locale) }),
          })),
          ...(inDetail && { support: inSupport(reference, customer, money) }),
        },
      };
    },
  );
}

/** Whole KRW that left the customer (positive), or came back, with a transfer. */
function leftCustomer({ kind, from, to, amount }: TransferRow): number {
  // What is topped up stays theirs.
  if (kind === 'TOP_UP' || kind === 'CONVERSION') return 0;
  return (isCustomers(from) ? amount : 0) - (isCustomers(to) ? amount : 0);
}

/** Their card, their deposit, or what is settled with them by other means. */
const isCustomers = (account: string) => /^(provider|suspense|deposit:.*)$/.test(account);

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** What became of the customer's money, in sentences; none where nothing was ever to be paid. */
function moneyInWords({ charge, transfers, parked }: MoneyOf, locale: Locale): string[] {
  const kept = sum(transfers.map(leftCustomer));
  const paid = transfers.find(({ kind }) => PAYMENTS.includes(kind))?.amount ?? 0;
  const say = (text: Words) => worded(text, { kept, paid, back: paid - kept }, locale);
  const waits = parked.some(({ state, amount }) => state === 'NEEDS_OPERATOR' && amount > 0);
  const said: string[] = [];
  if (charge?.state === 'SENT' || charge?.state === 'UNKNOWN') said.push(say(IN_DOUBT));
  else if (paid === 0 && charge) said.push(say(NOTHING));
  else if (paid > 0) said.push(say(kept === paid ? PAID : kept === 0 ? ALL_BACK : SOME_BACK));
  if (transfers.some(({ to }) => to === 'write-off')) said.push(say(WRITTEN_OFF));
  else if (waits) said.push(say(AT_WORK));
  return said;
}

/** Of one thing there is at most one. */
const PAYMENTS: readonly TransferRow['kind'][] = ['CAPTURE', 'PURCHASE', 'BILL'];

const PAID: Words = { ko: '결제하신 금액은 {{kept, won}}입니다.', en: 'You paid {{kept, won}}.' };
const ALL_BACK: Words = {
  ko: '{{paid, won}}을 결제하셨고 전액 돌려받으셨습니다.',
  en: 'You paid {{paid, won}} and got all of it back.',
};
const SOME_BACK: Words = {
  ko: '{{paid, won}}을 결제하셨고 {{back, won}}을 돌려받으셨습니다.',
  en: 'You paid {{paid, won}} and got {{back, won}} back.',
};
const NOTHING: Words = { ko: '청구된 금액은 없습니다.', en: 'You were charged nothing.' };
const IN_DOUBT: Words = {
  ko: '결제되었는지 카드사에 확인하고 있습니다.',
  en: 'We are asking your card company whether it charged you.',
};
const WRITTEN_OFF: Words = {
  ko: '돌려 드리지 못한 금액이 있으니 고객센터로 연락해 주세요.',
  en: 'Not all could be given back: please contact support.',
};
const AT_WORK: Words = {
  ko: '담당자가 고객님의 결제를 살펴보고 있습니다.',
  en: 'Our staff are looking at your payment.',
};

const HARU: Words = { ko: '하루', en: 'Haru' };
const ACCOUNTS: Readonly<Record<string, Words>> = {
  provider: { ko: '고객님의 카드', en: 'your card' },
  deposit: { ko: '고객님의 예치금', en: 'your deposit' },
  points: { ko: '고객님의 포인트', en: 'your points' },
  suspense: { ko: '다른 방법으로 고객님께', en: 'you, by other means' },
  'write-off': { ko: '돌려 드리지 못함', en: 'not given back' },
};

const accountOf = (account: string, locale: Locale) =>
  (ACCOUNTS[account.split(':')[0] ?? ''] ?? HARU)[locale];
