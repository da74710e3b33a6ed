import type { EVENTS } from './events';
import type { Wording } from '../notification/wording';

/** What customers are told of these events. */
export const WORDING = {
  'bike.rented': {
    ko: '자전거 대여가 시작되었습니다: {{startLocation}}.',
    en: 'Bike rented: {{startLocation}}.',
  },
  'bike.returned': {
    ko: '자전거 반납이 완료되었습니다: {{endLocation}}.',
    en: 'Bike returned: {{endLocation}}.',
  },
  'bike.points-converted': {
    ko: '포인트가 예치금으로 전환되었습니다: {{points, won}}, 남은 포인트 {{pointsLeft, number}}점.',
    en: 'Your points were turned into deposit: {{points, won}}, {{pointsLeft, many(of: point)}} left.',
  },
} satisfies Wording<typeof EVENTS>;
