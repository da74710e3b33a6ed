import type { EVENTS } from './events';
import type { Wording } from '../notification/wording';

/** What customers are told of these events. */
export const WORDING = {
  'course.bookmarked': {
    ko: '데이트 코스를 북마크했습니다: {{title}}.',
    en: 'Date course bookmarked: {{title}}.',
  },
  'course.unbookmarked': {
    ko: '데이트 코스 북마크를 취소했습니다: {{title}}.',
    en: 'Bookmark of a date course removed: {{title}}.',
  },
  'course.bookmark-gained': {
    ko: '등록하신 데이트 코스를 고객이 북마크했습니다: {{title}}.',
    en: 'A customer bookmarked your date course: {{title}}.',
  },
  'course.bookmark-lost': {
    ko: '등록하신 데이트 코스의 북마크를 고객이 취소했습니다: {{title}}.',
    en: 'A customer removed the bookmark of your date course: {{title}}.',
  },
  'course.commented': {
    ko: '등록하신 데이트 코스에 댓글이 달렸습니다: {{title}}.',
    en: 'Your date course has a new comment: {{title}}.',
  },
  'course.reviewed': {
    ko: '등록하신 데이트 코스에 별점 {{rating}}점의 후기가 등록되었습니다: {{title}}.',
    en: 'Your date course has a new review, {{rating}} of 5: {{title}}.',
  },
} satisfies Wording<typeof EVENTS>;
