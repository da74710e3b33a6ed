import { row } from '../problem-row';

/** What deliveries may answer that is no success. */
export const DELIVERY_PROBLEMS = {
  'already-completed': row(
    409,
    ['이미 완료된 배달', '이미 완료된 배달입니다. 더 하실 일은 없습니다.'],
    ['Already completed', 'This delivery has been completed already; there is nothing left to do.'],
  ),
  'delivery-unavailable': row(
    503,
    ['배달 일시 불가', '지금은 배달 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Delivery unavailable', 'Deliveries cannot be served right now. Try again in a moment.'],
    5,
  ),
};
