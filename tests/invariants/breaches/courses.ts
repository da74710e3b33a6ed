import { copy, remove, set, sql } from '../change';
import type { Breaches } from './table';

const course = (values: Parameters<typeof set>[2]) => set('course.courses', { id: ':course' }, values);
const BOOKMARK = ':deletedCourse/bookmark/:fan';

export const COURSES: Breaches = {
  'course-counters': {
    'a like is counted twice': [':course', course({ likes: 2 })],
    'a comment is not counted': [':course', course({ comments: 0 })],
    'a bookmark is gone, and counted': [
      ':deletedCourse',
      remove('course.bookmarks', { course_id: ':deletedCourse' }),
    ],
    'a review is not counted': [':course', remove('course.reviews', { id: ':review' })],
  },
  'course-rating': {
    'a rating is too good': [':course', course({ rating_sum: 10 })],
  },
  'course-search': {
    'a course is searched by another title': [':course', course({ title: 'tset' })],
    'a deleted course is searched': [
      ':deletedCourse',
      copy('course.searched', { course_id: ':quietCourse' }, { course_id: ':deletedCourse' }),
    ],
    'a course is not searched': [':quietCourse', remove('course.searched', { course_id: ':quietCourse' })],
  },
  'course-as-told': {
    'a course has another content': [
      ':quietCourse',
      set('course.courses', { id: ':quietCourse' }, { content: '정자' }),
    ],
  },
  'like-as-told': {
    'a like is gone, and was not told of': [
      ':deletedCourse/like/:fan',
      remove('course.likes', { course_id: ':deletedCourse' }),
    ],
    'a like came, and was not told of': [
      ':quietCourse/like/:fan',
      copy('course.likes', { course_id: ':course' }, { course_id: ':quietCourse' }),
    ],
  },
  'bookmark-as-told': {
    'a bookmark is gone, and was not told of': [
      ':course/bookmark/:fan',
      remove('course.bookmarks', { course_id: ':course' }),
    ],
    'a bookmark came, and was not told of': [
      ':quietCourse/bookmark/:fan',
      copy('course.bookmarks', { course_id: ':course' }, { course_id: ':quietCourse' }),
    ],
  },
  'bookmark-told-to-both': {
    'a host is not told of a bookmark': [
      BOOKMARK,
      set(
        'course.outbox',
        { subject: BOOKMARK, type: 'course.bookmark-gained' },
        { type: 'course.bookmarked' },
      ),
    ],
  },
  'remark-told': {
    'a comment is not told of': [
      'cmt_untold',
      copy('course.comments', { id: ':comment' }, { id: 'cmt_untold', course_id: ':deletedCourse' }),
    ],
    'a review says something else than was told': [
      ':review',
      set('course.reviews', { id: ':review' }, { text: '별로' }),
    ],
    'a comment is told of twice': [
      ':comment',
      copy(
        'course.outbox',
        { subject: ':comment' },
        { position: sql('(SELECT max(position) + 1 FROM course.outbox)') },
      ),
    ],
  },
};
