import { added, changed, type Plant, removed } from './plant';

const course = (change: readonly [column: string, from: string, to: string], ...named: string[]) =>
  changed('course.courses', `id = ':course'`, change, named);

/** Courses, and what customers make of them. */
export const IN_THE_COURSES: Record<string, Plant> = {
  'a like that nobody put': course(['likes', '1', '2'], 'course :course counts 2 likes, and there are 1'),
  'a bookmark that is lost': removed(
    'course.bookmarks',
    `course_id = ':course'`,
    'course_id, customer',
    `':course', ':fan'`,
    [
      'course :course counts 1 bookmarks, and there are 0',
      'bookmark :course/bookmark/:fan is not there, last told as course.bookmark-gained',
    ],
  ),
  'a like that is lost': removed(
    'course.likes',
    `course_id = ':deletedCourse'`,
    'course_id, customer',
    `':deletedCourse', ':fan'`,
    [
      'course :deletedCourse counts 1 likes, and there are 0',
      'like :deletedCourse/like/:fan is not there, last told as course.liked',
    ],
  ),
  'a bookmark that nobody was told of': {
    on: 'db',
    table: 'course.bookmarks',
    change: `INSERT INTO course.bookmarks VALUES (':deletedCourse', 'nobody')`,
    back: `DELETE FROM course.bookmarks WHERE customer = 'nobody'`,
    named: [
      'course :deletedCourse counts 1 bookmarks, and there are 2',
      'bookmark :deletedCourse/bookmark/nobody is there, last told as nothing',
    ],
  },
  'a bookmark that its host was told of as another': {
    on: 'db',
    table: 'course.outbox',
    change: `UPDATE course.outbox SET type = 'course.bookmarked'
      WHERE subject = ':deletedCourse/bookmark/:fan' AND type = 'course.bookmark-gained'`,
    back: `UPDATE course.outbox SET type = 'course.bookmark-gained'
      WHERE subject = ':deletedCourse/bookmark/:fan' AND customer <> ':fan'`,
    named: [
      'bookmark :deletedCourse/bookmark/:fan came 2 times and went 0, as its host was told 0 and 0',
      ', which is course.bookmarked of ',
    ],
  },
  'a comment that nobody was told of': added(
    'course.comments',
    'cmt_ghost',
    'course_id, customer, text',
    `':deletedCourse', ':fan', '좋아요'`,
    [
      'course :deletedCourse counts 0 comments, and there are 1',
      'cmt_ghost was told of 0 times, 0 of them as it is',
    ],
  ),
  'a review that says something else than was told': changed(
    'course.reviews',
    `course_id = ':course' AND customer = ':fan'`,
    ['text', `'좋아요'`, `'별로'`],
    ':review was told of 1 times, 0 of them as it is',
  ),
  'a comment that is not counted': course(
    ['comments', '1', '0'],
    'course :course counts 0 comments, and there are 1',
  ),
  'a rating that is too good': course(
    ['rating_sum', '9', '10'],
    'course :course is rated 5.0 by 10 points, its reviews give 9',
  ),
  'a course that says something else than was told': course(
    ['title', `'test'`, `'tset'`],
    'course :course has title tset, told as test',
    `course :course is LISTED, and searched by 'test`,
  ),
  'a course that is deleted, and found all the same': {
    on: 'db',
    table: 'course.searched',
    change: `INSERT INTO course.searched VALUES (':deletedCourse', 'test')`,
    back: `DELETE FROM course.searched WHERE course_id = ':deletedCourse'`,
    named: `course :deletedCourse is not listed, and searched by 'test'`,
  },
};
