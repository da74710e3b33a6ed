import { z } from 'zod';
import { type Entry, count, described, shape, text } from '../../events/shape';

const Course = shape('Course', 'the course', {
  status: z.enum(['LISTED', 'DELETED']),
  host: text('Whose it is'),
  title: text('Its title'),
  content: text('What there is to do'),
  reviewsAllowed: described(z.boolean(), 'Whether customers may review it'),
  version: count('Its edition'),
});

const ofACourse = {
  courseId: text('Which course'),
  title: text('Of the course, at that time'),
  host: text('Whose course it is'),
  by: text('The customer'),
};
const Like = shape('Like', 'the like, by course and customer', ofACourse);
const Bookmark = shape('Bookmark', 'the bookmark, by course and customer', ofACourse);
const Comment = shape('Comment', 'the comment', { ...ofACourse, text: text('What it says') });
const Review = shape('Review', 'the review', {
  ...ofACourse,
  rating: count('1 to 5'),
  text: text('What it says'),
});

/** What courses tells, by name: docs/events.md. */
export const EVENTS = {
  'course.registered': { version: 1, what: 'A course is listed', data: Course },
  'course.edited': { version: 1, what: 'A host has edited a course', data: Course },
  'course.deleted': { version: 1, what: 'A course is listed no more', data: Course },
  'course.liked': { version: 1, what: 'A customer likes a course', data: Like },
  'course.unliked': { version: 1, what: 'A customer likes it no more', data: Like },
  'course.bookmarked': { version: 1, what: 'A customer has bookmarked a course', data: Bookmark },
  'course.bookmark-gained': { version: 1, what: 'The same, to the host', data: Bookmark },
  'course.unbookmarked': { version: 1, what: 'A customer has removed a bookmark', data: Bookmark },
  'course.bookmark-lost': { version: 1, what: 'The same, to the host', data: Bookmark },
  'course.commented': { version: 1, what: 'A course has a comment; told to the host', data: Comment },
  'course.reviewed': { version: 1, what: 'A course has a review; told to the host', data: Review },
} as const satisfies Record<string, Entry>;
