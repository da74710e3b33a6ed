import type { EVENTS } from './events';
import type { Wording } from '../notification/wording';

/** What customers are told of these events. */
export const WORDING = {
  'kickboard.pass-bought': {
    ko: '킥보드 이용권 구매가 완료되었습니다: {{ridesTotal}}회권, {{price, won}}.',
    en: 'Kickboard pass bought: {{ridesTotal, many(of: ride)}}, {{price, won}}.',
  },
  'kickboard.rented': {
    ko: '킥보드 대여가 시작되었습니다: {{dueAt, clock}}까지 반납해 주세요 (이용 시간 {{minutes}}분).',
    en: 'Kickboard rented: please return it by {{dueAt, clock}} ({{minutes, many(of: minute)}}).',
  },
  'kickboard.due': {
    ko: '킥보드 이용 시간이 끝났습니다: 지금 반납해 주세요.',
    en: 'Your time on the kickboard is up: please return it now.',
  },
  'kickboard.missing': {
    ko: '킥보드 반납 시간이 하루 지났습니다: 지금 반납하시거나 고객센터로 연락해 주세요.',
    en: 'Your kickboard is a day overdue: please return it or contact support.',
  },
  'kickboard.returned': {
    ko: '킥보드 반납이 완료되었습니다: {{endLocation}}.',
    en: 'Kickboard returned: {{endLocation}}.',
  },
} satisfies Wording<typeof EVENTS>;
