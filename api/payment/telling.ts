import type { EVENTS } from '../../activities/payment/events';
import { reasonOf } from '../reasons';
import type { Words } from '../rules';
import type { Said, Telling } from '../telling';

const SLOW: Words = {
  ko: '카드사의 응답이 오지 않았거나 너무 늦었습니다.',
  en: 'Its answer was lost, or took too long.',
};

/** What payment has told of one thing that is paid for, in words for its customer. */
export const MONEY_TELLING: Telling<typeof EVENTS> = {
  'payment.charge-sent': ({ amount }) => ({
    what: {
      ko: '카드사에 {{amount, won}} 결제를 요청했습니다.',
      en: 'We asked your card company for {{amount, won}}.',
    },
    ...sum(amount),
  }),
  'payment.captured': ({ method, amount }) => ({
    what:
      method === 'card'
        ? { ko: '카드로 {{amount, won}}이 결제되었습니다.', en: 'Your card was charged {{amount, won}}.' }
        : {
            ko: '예치금으로 {{amount, won}}이 결제되었습니다.',
            en: '{{amount, won}} was paid from your deposit.',
          },
    ...sum(amount),
  }),
  'payment.declined': ({ method }) =>
    method === 'card'
      ? {
          what: {
            ko: '카드 결제가 거절되었습니다. 청구된 금액은 없습니다.',
            en: 'Your card was declined. Nothing was charged.',
          },
          why: {
            ko: '카드사가 결제를 거절했습니다. 이유는 카드사만 압니다.',
            en: 'Your card company said no; only they know why.',
          },
        }
      : {
          what: {
            ko: '예치금이 부족하여 결제하지 못했습니다. 빠져나간 금액은 없습니다.',
            en: 'Your deposit held too little. Nothing was taken.',
          },
        },
  'payment.charge-in-doubt': () => ({
    what: {
      ko: '카드가 결제되었는지 아직 알 수 없습니다.',
      en: 'We did not learn whether your card was charged.',
    },
    why: SLOW,
    rule: 'P3',
  }),
  'payment.not-captured': () => ({
    what: { ko: '카드가 결제되지 않은 것을 확인했습니다.', en: 'Your card was not charged after all.' },
    why: {
      ko: '카드사가 그때 결제를 처리하지 못했습니다.',
      en: 'Your card company could not take the payment.',
    },
  }),
  'payment.charge-closed': () => ({
    what: {
      ko: '이 건으로는 앞으로 결제되지 않도록 막았습니다.',
      en: 'We made sure that nothing will be charged for this any more.',
    },
    rule: 'P2',
  }),
  'payment.charge-recorded': ({ amount }) => ({
    what: {
      ko: '기록을 시작할 때의 결제 상태입니다.',
      en: 'This is the payment as it stood when our records begin.',
    },
    ...sum(amount),
  }),
  'payment.refund-sent': ({ amount }) => ({
    what: {
      ko: '카드사에 {{amount, won}} 환불을 요청했습니다.',
      en: 'We asked your card company to give {{amount, won}} back.',
    },
    amount,
  }),
  'payment.refunded': ({ amount }) => ({
    what: { ko: '{{amount, won}}이 환불되었습니다.', en: '{{amount, won}} went back to you.' },
    amount,
    rule: 'P2',
  }),
  'payment.refund-refused': ({ amount }) => ({
    what: {
      ko: '카드사가 {{amount, won}} 환불을 거절했습니다.',
      en: 'Your card company refused to give {{amount, won}} back.',
    },
    amount,
  }),
  'payment.refund-failed': ({ amount }) => ({
    what: {
      ko: '환불한 {{amount, won}}이 고객님께 닿지 못하고 되돌아왔습니다.',
      en: 'The {{amount, won}} that we gave back did not reach you.',
    },
    why: {
      ko: '카드사가 나중에 환불을 처리하지 못했습니다.',
      en: 'Your card company could not complete the refund.',
    },
    amount,
    rule: 'P4',
  }),
  'payment.refund-in-doubt': () => ({
    what: {
      ko: '환불되었는지 아직 알 수 없습니다.',
      en: 'We did not learn whether your money went back.',
    },
    why: SLOW,
    rule: 'P3',
  }),
  'payment.not-refunded': () => ({
    what: { ko: '환불되지 않은 것을 확인했습니다.', en: 'The refund had not been made after all.' },
    rule: 'P3',
  }),
  'payment.refund-settled': ({ amount }) => ({
    what: {
      ko: '{{amount, won}}을 담당자가 다른 방법으로 돌려 드렸습니다.',
      en: 'Our staff saw to it that you got {{amount, won}} by other means.',
    },
    amount,
    rule: 'P4',
  }),
  'payment.refund-written-off': ({ amount }) => ({
    what: {
      ko: '{{amount, won}}을 돌려 드리지 못했습니다. 고객센터로 연락해 주세요.',
      en: '{{amount, won}} could not be given back. Please contact support.',
    },
    amount,
    rule: 'P4',
  }),
  'payment.refund-recorded': ({ amount }) => ({
    what: {
      ko: '기록을 시작할 때의 환불 상태입니다.',
      en: 'This is the refund as it stood when our records begin.',
    },
    amount,
  }),
  'payment.deposit-moved': ({ amount }) => moved(amount),
  'payment.deposit-recorded': ({ amount }) => moved(amount),
  'payment.topped-up': ({ amount }) => ({
    what: { ko: '예치금 충전이 끝났습니다.', en: 'Your deposit was topped up.' },
    amount,
  }),
  'payment.top-up-refused': ({ failure }) => ({
    what: { ko: '예치금이 충전되지 않았습니다.', en: 'Your deposit was not topped up.' },
    why: reasonOf(failure),
  }),
  'payment.points-credited': ({ amount }) => ({
    what: { ko: '포인트가 예치금이 되었습니다.', en: 'Your points became deposit.' },
    amount,
    rule: 'B7',
  }),
  'payment.points-refused': ({ failure }) => ({
    what: { ko: '포인트가 예치금이 되지 못했습니다.', en: 'Your points did not become deposit.' },
    why: reasonOf(failure),
  }),
  'payment.needs-operator': ({ kind }) => ({
    what:
      kind === 'STEP'
        ? {
            ko: '마무리하지 못한 일을 담당자가 보고 있습니다. 고객님의 돈과는 상관없습니다.',
            en: 'Our staff are looking at something left to tidy up. It does not concern your money.',
          }
        : {
            ko: '담당자가 이 결제를 살펴보고 있습니다.',
            en: 'Our staff are looking at this payment.',
          },
    why: WAITS_FOR[kind],
    rule: 'P4',
  }),
  'payment.operator-done': ({ state }) => ({ what: ENDED[state], rule: 'P4' }),
};

const sum = (amount: number | null) => (amount === null ? {} : { amount });

const moved = (amount: number): Said => ({
  what:
    amount < 0
      ? {
          ko: '예치금에서 돈이 빠져나가 {{balance, won}}이 남았습니다.',
          en: 'Money left your deposit, which then held {{balance, won}}.',
        }
      : {
          ko: '예치금에 돈이 들어와 {{balance, won}}이 되었습니다.',
          en: 'Money came into your deposit, which then held {{balance, won}}.',
        },
  amount: Math.abs(amount),
});

const NOT_BACK: Words = {
  ko: '돌려 드려야 할 금액이 아직 돌아가지 못했습니다.',
  en: 'Money that is yours has not gone back so far.',
};
const AT_ODDS: Words = {
  ko: '카드사와 저희의 기록이 서로 다릅니다.',
  en: 'The records of your card company and ours differ.',
};
const WAITS_FOR = {
  UNDO: NOT_BACK,
  LATE_CAPTURE: {
    ko: '카드사가 뒤늦게 결제했습니다.',
    en: 'Your card company took the payment too late.',
  },
  LATE_REFUND: {
    ko: '카드사가 뒤늦게 환불했습니다.',
    en: 'Your card company gave money back that we no longer expected.',
  },
  REFUND_IN_DOUBT: SLOW,
  MISMATCH: AT_ODDS,
  STEP: undefined,
  REFUND_FAILED: NOT_BACK,
  DISPUTE: {
    ko: '카드사에 이 결제에 대한 이의가 접수되었습니다.',
    en: 'The payment was disputed at your bank.',
  },
} as const;

const ENDED = {
  NEEDS_OPERATOR: { ko: '담당자가 살펴보고 있습니다.', en: 'Our staff are looking at it.' },
  DONE: { ko: '문제가 해결되었습니다.', en: 'That is resolved.' },
  SETTLED: { ko: '담당자가 직접 처리했습니다.', en: 'Our staff settled it by hand.' },
  WRITTEN_OFF: {
    ko: '담당자가 더 진행하지 않기로 했습니다.',
    en: 'Our staff decided to leave it there.',
  },
} as const;
