import { changed, type Plant, removed } from './plant';

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
    'course :course counts 1 bookmarks, and there are 0',
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
