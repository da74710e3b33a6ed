import { row } from '../problem-row';

/** What payment may answer that is no success. */
export const PAYMENT_PROBLEMS = {
  'payment-declined': row(
    402,
    ['결제 거절', '결제가 거절되었습니다. 다른 결제 수단으로 다시 시도해 주세요. 청구된 금액은 없습니다.'],
    ['Payment declined', 'The payment was declined and nothing was charged. Try another means of payment.'],
  ),
  'unknown-token': row(
    422,
    ['없는 카드 토큰', '결제사가 모르는 카드 토큰입니다. 쓸 수 있는 테스트 토큰: {tokens}.'],
    ['Unknown token', 'The payment provider does not know this card token. Test tokens are: {tokens}.'],
  ),
  'refund-refused': row(
    409,
    ['환불 거절', '결제사가 환불을 거절하여 취소되지 않았습니다. 고객센터에 문의해 주세요.'],
    ['Refund refused', 'The payment provider refuses the refund, so nothing was cancelled. Contact support.'],
  ),
  'not-parked': {
    ...row(
      409,
      ['처리 대기 중이 아님', '이 항목은 운영자의 처리를 기다리고 있지 않습니다. 목록을 다시 조회해 주세요.'],
      ['Not waiting', 'This does not wait for an operator (any more). Read the list again.'],
    ),
    code: 'already-decided',
  },
  'still-in-doubt': row(
    409,
    [
      '결과 미확인',
      '결제사가 아직 결과를 알려 주지 않아 수동으로 처리하면 돈이 두 번 움직일 수 있습니다. 다시 시도(retry)해 주세요.',
    ],
    [
      'Still in doubt',
      'The provider has not said what it did, so settling by hand might move the money twice. Retry instead.',
    ],
  ),
  'refund-owed': row(
    409,
    [
      '환불할 금액',
      '고객에게 환불되었다고 안내된 금액이라 손실 처리할 수 없습니다. 다시 환불하거나(retry) 다른 방법으로 지급한 뒤 정산(settle)해 주세요.',
    ],
    [
      'The refund is owed',
      'The customer was told that this money went back, so it cannot be written off. Refund it once more (retry), or pay it by other means (settle).',
    ],
  ),
  'bad-signature': row(
    400,
    ['서명 불일치', 'Stripe-Signature가 본문과 맞지 않거나 5분이 지났습니다: {reason}'],
    ['Bad signature', 'The Stripe-Signature does not fit the body, or is older than five minutes: {reason}'],
  ),
  'refund-unavailable': row(
    503,
    ['환불 일시 불가', '지금은 환불할 수 없어 취소되지 않았습니다. 잠시 후 다시 시도해 주세요.'],
    [
      'Refund unavailable',
      'Refunds cannot be made right now, so nothing was cancelled. Try again in a moment.',
    ],
    5,
  ),
  'payment-unavailable': row(
    503,
    ['결제 일시 불가', '지금은 결제할 수 없습니다. 이 요청은 성립되지 않았으니 잠시 후 다시 시도해 주세요.'],
    ['Payment unavailable', 'Payments cannot be made right now and nothing was sold. Try again in a moment.'],
    5,
  ),
};
