import type { EVENTS } from '../../activities/kickboard/events';
import type { PassStatus } from '../../workflows/kickboard/contract';
import { visible } from '../caller';
import type { Api } from '../endpoint';
import { explanationRoute } from '../explanation';
import { reasonOf } from '../reasons';
import type { Words } from '../rules';
import type { Telling } from '../telling';

type Named<Prefix extends string> = Extract<keyof typeof EVENTS, `kickboard.${Prefix}${string}`>;

/** What was told of a pass, in words for its customer. */
const PASS_TELLING: Telling<Pick<typeof EVENTS, Named<'pass-'>>> = {
  'kickboard.pass-opened': ({ price }) => ({
    what: {
      ko: '{{ridesTotal}}회권 구매를 시작하셨습니다.',
      en: 'You asked for a pass for {{ridesTotal, many(of: ride)}}.',
    },
    amount: price,
  }),
  'kickboard.pass-bought': () => ({
    what: { ko: '결제되어 이용권을 쓸 수 있게 되었습니다.', en: 'Paid, and the pass is yours.' },
    rule: 'K1',
  }),
  'kickboard.pass-refused': ({ failure }) => ({
    what: { ko: '이용권을 구매하지 못했습니다.', en: 'The pass was not bought.' },
    why: reasonOf(failure),
    rule: 'K1',
  }),
  'kickboard.pass-used': () => ({
    what: {
      ko: '킥보드를 타서 {{ridesLeft}}회가 남았습니다.',
      en: 'You took a ride, which left {{ridesLeft, many(of: ride)}}.',
    },
    rule: 'K2',
  }),
};

/** What was told of a ride. */
const RIDE_TELLING: Telling<
  Pick<typeof EVENTS, 'kickboard.rented' | 'kickboard.due' | 'kickboard.missing' | 'kickboard.returned'>
> = {
  'kickboard.rented': () => ({
    what: {
      ko: '킥보드를 빌리셨습니다. 반납 시간은 {{dueAt, clock}}입니다.',
      en: 'You took the kickboard, to be back by {{dueAt, clock}}.',
    },
    rule: 'K2',
  }),
  'kickboard.due': () => ({
    what: { ko: '반납 시간이 되어 알려 드렸습니다.', en: 'Your time was up, and we reminded you.' },
    rule: 'K4',
  }),
  'kickboard.missing': () => ({
    what: {
      ko: '하루가 지나도 반납되지 않아 분실로 처리되었습니다.',
      en: 'The kickboard was a day overdue and counted as missing.',
    },
    rule: 'K4',
  }),
  'kickboard.returned': () => ({
    what: { ko: '킥보드가 반납되었습니다: {{endLocation}}.', en: 'The kickboard is back: {{endLocation}}.' },
  }),
};

const PASS_STANDS: Record<PassStatus, Words> = {
  READY_FOR_PAY: {
    ko: '{{ridesTotal}}회권: 결제를 기다리고 있습니다.',
    en: 'Pass for {{ridesTotal, many(of: ride)}}: waiting to be paid.',
  },
  AVAILABLE: {
    ko: '{{ridesTotal}}회권: {{ridesLeft}}회 남았습니다.',
    en: 'Pass for {{ridesTotal, many(of: ride)}}: {{ridesLeft}} left.',
  },
  USED: {
    ko: '{{ridesTotal}}회권: 모두 사용하셨습니다.',
    en: 'Pass for {{ridesTotal, many(of: ride)}}: used up.',
  },
  FAILED: {
    ko: '{{ridesTotal}}회권: 구매하지 못했습니다.',
    en: 'Pass for {{ridesTotal, many(of: ride)}}: not bought.',
  },
};
const RIDE_STANDS = {
  RENTED: {
    ko: '킥보드를 타고 계십니다. 반납 시간은 {{dueAt, clock}}입니다. 요금은 이용권에 포함되어 있습니다.',
    en: 'You are riding a kickboard, to be back by {{dueAt, clock}}. Your pass pays for it.',
  },
  RETURNED: {
    ko: '킥보드를 타고 반납하셨습니다. 요금은 이용권에 포함되어 있습니다.',
    en: 'You rode a kickboard and brought it back. Your pass paid for it.',
  },
} satisfies Record<string, Words>;

/** What happened to a pass, or a ride, and why. */
export function kickboardExplanations(api: Api): void {
  const { kickboardReads } = api.deps;
  const tag = 'Kickboard';
  explanationRoute(api, {
    ...{ things: 'passes', prefix: 'pas', kind: 'pass', tag },
    find: async (id, caller) => {
      const pass = visible(await kickboardReads.pass(id), caller);
      return {
        customer: pass.customer,
        summary: PASS_STANDS[pass.status],
        data: pass,
        sources: [{ domain: 'kickboard', subjects: [id], telling: PASS_TELLING }],
      };
    },
  });
  explanationRoute(api, {
    ...{ things: 'rides', prefix: 'rid', kind: 'ride', tag },
    find: async (id, caller) => {
      const ride = visible(await kickboardReads.ride(id), caller);
      return {
        customer: ride.customer,
        summary: RIDE_STANDS[ride.status],
        data: ride,
        sources: [{ domain: 'kickboard', subjects: [id], telling: RIDE_TELLING }],
      };
    },
  });
}
