import { row } from '../problem-row';

/** What notification may answer that is no success. */
export const NOTIFICATION_PROBLEMS = {
  'address-refused': row(
    422,
    ['보낼 수 없는 주소', '내부망 주소로는 웹훅을 보내지 않습니다: {address}. 공개 주소를 등록해 주세요.'],
    ['Address refused', 'Webhooks are not sent to private addresses: {address}. Register a public one.'],
  ),
  'no-contact': row(
    409,
    ['등록된 연락처 없음', '확인할 연락처가 없습니다. PUT /v1/me/contact로 먼저 등록해 주세요.'],
    ['No such contact', 'There is nothing to confirm. Register it first by PUT /v1/me/contact.'],
  ),
  'already-confirmed': row(
    409,
    ['이미 확인됨', '이미 확인된 연락처입니다. 더 하실 일은 없습니다.'],
    ['Already confirmed', 'This is confirmed already; there is nothing left to do.'],
  ),
  'channel-not-set-up': row(
    409,
    ['사용하지 않는 알림 수단', '이 서비스에서는 이 연락처로 알림을 보내지 않습니다.'],
    ['Channel not set up', 'This service sends nothing to contacts of this kind.'],
  ),
  'too-many-codes': row(
    429,
    ['인증번호 요청이 너무 많음', '인증번호를 너무 여러 번 요청하셨습니다. 한 시간 뒤에 다시 시도해 주세요.'],
    ['Too many codes', 'Too many codes were asked for. Try again in an hour.'],
    3_600,
  ),
  'no-code': row(
    409,
    [
      '유효한 인증번호 없음',
      '인증번호가 없거나 만료되었습니다. POST /v1/me/contact/codes로 새로 요청해 주세요.',
    ],
    ['No valid code', 'There is no code, or it has expired. Ask for a new one by POST /v1/me/contact/codes.'],
  ),
  'wrong-code': row(
    422,
    ['인증번호 불일치', '인증번호가 맞지 않습니다. 마지막으로 받으신 여섯 자리 숫자를 입력해 주세요.'],
    ['Wrong code', 'That is not the code. Send the six digits that you received last.'],
  ),
  'not-failed': row(
    409,
    ['실패한 발송이 아님', '실패(FAILED)로 끝난 발송만 다시 보낼 수 있습니다. 목록을 다시 조회해 주세요.'],
    ['Not failed', 'Only a delivery that has FAILED can be sent again. Read the list again.'],
  ),
};
