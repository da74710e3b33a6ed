import { row } from '../problem-row';

/** What notification may answer that is no success. */
export const NOTIFICATION_PROBLEMS = {
  'address-refused': row(
    422,
    ['보낼 수 없는 주소', '내부망 주소로는 웹훅을 보내지 않습니다: {address}. 공개 주소를 등록해 주세요.'],
    ['Address refused', 'Webhooks are not sent to private addresses: {address}. Register a public one.'],
  ),
  'not-failed': row(
    409,
    ['실패한 발송이 아님', '실패(FAILED)로 끝난 발송만 다시 보낼 수 있습니다. 목록을 다시 조회해 주세요.'],
    ['Not failed', 'Only a delivery that has FAILED can be sent again. Read the list again.'],
  ),
};
