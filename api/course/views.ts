import { z } from 'zod';
import type { CommentRow, CourseRow, ReviewRow } from '../../activities/course/reads';
import { Instant, typeId } from '../schemas';
import { createdAtOf, Made } from '../thing';

/** So many comments and reviews are shown with a course. */
export const SHOWN = 50;

const Count = z.int().min(0);

export const CourseView = z
  .strictObject({
    id: typeId('crs'),
    title: z.string(),
    content: z.string(),
    host: z.string(),
    reviewsAllowed: z.boolean(),
    counts: z.strictObject({ likes: Count, bookmarks: Count, comments: Count, reviews: Count }),
    rating: z
      .number()
      .min(1)
      .max(5)
      .nullable()
      .meta({ description: 'Average of the reviews, to one decimal; null while there are none' }),
    likedByMe: z.boolean(),
    bookmarkedByMe: z.boolean(),
    ...Made,
  })
  .meta({ id: 'Course' });

export const CommentView = z
  .strictObject({ id: typeId('cmt'), customer: z.string(), text: z.string(), at: Instant, ...Made })
  .meta({ id: 'Comment' });

export const ReviewView = z
  .strictObject({
    id: typeId('rev'),
    customer: z.string(),
    rating: z.int().min(1).max(5),
    text: z.string(),
    at: Instant,
    ...Made,
  })
  .meta({ id: 'Review' });

export const WholeCourseView = CourseView.extend({
  comments: z.array(CommentView).meta({ description: `The newest ${SHOWN}` }),
  reviews: z.array(ReviewView).meta({ description: `The newest ${SHOWN}` }),
}).meta({ id: 'WholeCourse' });

export const courseView = (row: CourseRow): z.output<typeof CourseView> => ({
  id: row.id,
  title: row.title,
  content: row.content,
  host: row.host,
  reviewsAllowed: row.reviewsAllowed,
  counts: { likes: row.likes, bookmarks: row.bookmarks, comments: row.comments, reviews: row.reviews },
  rating: row.rating,
  likedByMe: row.liked,
  bookmarkedByMe: row.bookmarked,
  createdAt: createdAtOf(row.id),
});

export const remarkView = <Row extends CommentRow | ReviewRow>(
  row: Row,
): Omit<Row, 'at'> & { at: string; createdAt: string } => ({
  ...row,
  at: row.at.toISOString(),
  createdAt: row.at.toISOString(),
});
