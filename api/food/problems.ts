import { row } from '../problem-row';

/** What orders of food may answer that is no success. */
export const FOOD_PROBLEMS = {
  'unknown-menu': row(
    422,
    ['없는 메뉴', 'menuId에 해당하는 메뉴가 없습니다. 메뉴 목록을 확인해 주세요.'],
    ['Unknown menu', 'No menu has this menuId. Check the list of menus.'],
  ),
  'already-delivered': row(
    409,
    ['이미 배달됨', '이미 배달이 완료된 주문이라 취소할 수 없습니다.'],
    ['Already delivered', 'The order has been delivered and can no longer be cancelled.'],
  ),
  'food-unavailable': row(
    503,
    ['주문 일시 불가', '지금은 음식 주문을 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Food unavailable', 'Orders of food cannot be served right now. Try again in a moment.'],
    5,
  ),
};
