import { CANCEL_UNTIL_MINUTES } from '../workflows/movie/policy';
import { PAID_WITHIN_MS } from '../workflows/food/policy';
import type { Locale } from './problem-row';

export type Words = Record<Locale, string>;

const ORDER_MINUTES = PAID_WITHIN_MS / 60_000;

/** The rules by which things are charged, refused and refunded, as customers read them; by their number. */
export const RULES = {
  M1: {
    ko: '결제가 끝나야 예매가 성립합니다.',
    en: 'Seats are booked only once they are paid for.',
  },
  M3: {
    ko: '좌석은 결제하는 동안에만 잡아 두며, 결제되지 않으면 다시 풀립니다.',
    en: 'Seats are held while they are being paid for, and free again if they are not.',
  },
  M4: {
    ko: '티켓은 예매 후에 발권되며 영화관에서 수령합니다.',
    en: 'The ticket is printed after the booking and collected at the cinema.',
  },
  M5: {
    ko: `티켓을 받기 전, 상영 ${CANCEL_UNTIL_MINUTES}분 전까지 취소할 수 있으며 전액 환불됩니다.`,
    en: `A booking can be cancelled, and is refunded in full, until its ticket is collected and until ${CANCEL_UNTIL_MINUTES} minutes before the screening.`,
  },
  M6: {
    ko: '상영이 끝날 때까지 티켓을 받지 않으면 환불되지 않습니다.',
    en: 'What is not collected by the end of the screening is not refunded.',
  },
  K1: {
    ko: '이용권은 결제가 끝나야 쓸 수 있습니다.',
    en: 'A pass is good only once it is paid for.',
  },
  K2: {
    ko: '한 번 탈 때마다 이용권의 횟수가 1회 줄어듭니다.',
    en: 'Each time you ride takes one ride from your pass.',
  },
  K4: {
    ko: '반납 시간이 되면 알려 드리며, 하루가 더 지나면 분실로 처리합니다.',
    en: 'You are reminded when your time is up; a day later the kickboard counts as missing.',
  },
  B3: {
    ko: '자전거를 반납하면 요금이 예치금에서 결제됩니다.',
    en: 'Once the bike is back, the fee is taken from your deposit.',
  },
  B4: {
    ko: '처음 {{tariff.firstMinutes}}분은 {{tariff.firstFee, won}}, 그 뒤로는 시작된 {{tariff.stepMinutes}}분마다 {{tariff.stepFee, won}}, 24시간에 최대 {{tariff.dayAtMost, won}}입니다.',
    en: '{{tariff.firstFee, won}} for the first {{tariff.firstMinutes}} minutes, then {{tariff.stepFee, won}} for every {{tariff.stepMinutes}} minutes begun, and at most {{tariff.dayAtMost, won}} for 24 hours.',
  },
  B5: {
    ko: '예치금이 부족하면 요금이 미납으로 남고, 충전하시면 자동으로 결제됩니다. 그때까지는 자전거를 빌릴 수 없습니다.',
    en: 'If your deposit holds too little, the fee stays unpaid until you top up; then it is paid by itself. Until then you cannot rent a bike.',
  },
  B7: {
    ko: '포인트 1점은 예치금 1원이 됩니다.',
    en: 'One point becomes one won of deposit.',
  },
  F1: {
    ko: `결제가 안 되는 동안에도 주문을 받으며, ${ORDER_MINUTES}분 안에 결제되지 않으면 취소합니다.`,
    en: `Orders are taken even while payments are not possible; one that is not paid within ${ORDER_MINUTES} minutes is cancelled.`,
  },
  F2: {
    ko: '결제가 끝나면 바로 배달을 시작합니다.',
    en: 'The delivery starts as soon as the order is paid.',
  },
  F3: {
    ko: '배달이 끝나기 전까지 취소할 수 있으며, 먼저 환불한 뒤에 취소합니다.',
    en: 'An order can be cancelled until it is delivered; the money goes back first.',
  },
  P2: {
    ko: '같은 건을 두 번 청구하지 않으며, 청구한 금액보다 많이 환불하지 않습니다.',
    en: 'Nothing is charged twice, and no more is refunded than was charged.',
  },
  P3: {
    ko: '결과를 알 수 없으면 확실해질 때까지 카드사에 확인합니다. 다시 청구하지 않습니다.',
    en: 'When an outcome is not known, we ask the card company until it is. We never charge again on a guess.',
  },
  P4: {
    ko: '저절로 해결되지 않는 일은 담당자가 직접 보고 결정합니다.',
    en: 'What does not work out by itself is looked at and decided by our staff.',
  },
} as const satisfies Record<string, Words>;

export type Rule = keyof typeof RULES;
