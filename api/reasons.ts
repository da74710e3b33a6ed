import { nameOf } from './problems';
import type { Words } from './rules';

/** Why something came to nothing, in words for its customer; by the name that callers see. */
const REASONS: Readonly<Record<string, Words>> = {
  'payment-declined': { ko: '결제가 거절되었습니다.', en: 'The payment was declined.' },
  'payment-unavailable': {
    ko: '그때는 결제를 할 수 없었습니다.',
    en: 'Payments could not be made at that moment.',
  },
  'seat-taken': { ko: '다른 고객이 먼저 예매한 좌석입니다.', en: 'Someone else was faster with a seat.' },
  'screening-started': { ko: '상영이 이미 시작되었습니다.', en: 'The screening had begun.' },
};
const TOO_SLOW: Words = {
  ko: '저희 쪽에서 제시간에 처리하지 못했습니다.',
  en: 'We could not do our part in time.',
};

/** @param failure as a saga has written it down */
export const reasonOf = (failure: string | null): Words =>
  (failure === null ? undefined : REASONS[nameOf(failure)]) ?? TOO_SLOW;
