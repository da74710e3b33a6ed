import type { EVENTS } from './events';
import type { Wording } from '../notification/wording';

/** What customers are told of these events. */
export const WORDING = {
  'delivery.offered': {
    ko: '새 배달이 배정되었습니다: {{lines, menus}}, {{address}}. 2분 안에 수락해 주세요.',
    en: 'A delivery for you: {{lines, menus}}, {{address}}. Please accept it within 2 minutes.',
  },
} satisfies Wording<typeof EVENTS>;
