import { row } from '../problem-row';

/** What kickboards may answer that is no success. */
export const KICKBOARD_PROBLEMS = {
  'kickboard-unavailable': row(
    409,
    [
      '이용할 수 없는 킥보드',
      '다른 고객이 이용 중이거나 대여할 수 없는 킥보드입니다. 다른 킥보드를 골라 주세요.',
    ],
    ['Kickboard unavailable', 'Someone else has this kickboard, or it cannot be ridden. Choose another.'],
  ),
  'kickboard-rented': row(
    409,
    ['대여 중인 킥보드', '대여 중인 킥보드는 삭제할 수 없습니다. 반납 처리한 뒤 다시 시도해 주세요.'],
    ['Kickboard rented', 'A kickboard that is out cannot be deleted. Have it returned first.'],
  ),
  'pass-not-available': row(
    409,
    [
      '사용할 수 없는 이용권',
      '남은 이용 횟수가 없거나 이미 이용 중인 이용권입니다. 다른 이용권을 사용해 주세요.',
    ],
    ['Pass not available', 'The pass has no ride left, or one is open on it. Use another pass.'],
  ),
  'unknown-kickboard': row(
    422,
    ['없는 킥보드', 'kickboardId에 해당하는 킥보드가 없습니다. 킥보드 목록을 확인해 주세요.'],
    ['Unknown kickboard', 'No kickboard has this kickboardId. Check the list of kickboards.'],
  ),
  'unknown-pass': row(
    422,
    ['없는 이용권', 'passId에 해당하는 이용권이 없습니다. 이용권 목록을 확인해 주세요.'],
    ['Unknown pass', 'You have no pass with this passId. Check the list of your passes.'],
  ),
  // The contract gives both of them one code; the status tells them apart.
  'kickboard-unavailable-now': {
    ...row(
      503,
      ['킥보드 일시 불가', '지금은 킥보드 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
      ['Kickboards unavailable', 'Kickboards cannot be served right now. Try again in a moment.'],
      5,
    ),
    code: 'kickboard-unavailable',
  },
};
