import type { Api } from '../endpoint';
import type { Offered, People } from '../examples';

/** A course, one that the customer has not reviewed, one that is the host's to delete, and what is said of them. */
export async function offers({ deps: { courseReads } }: Api, people: People | undefined): Promise<Offered> {
  const courses = (await courseReads.courses({ sort: 'newest', limit: 10 }, undefined)) ?? [];
  const wholes = (await Promise.all(courses.map(({ id }) => courseReads.whole(id, undefined, 20)))).flatMap(
    (whole) => whole ?? [],
  );
  const commented = wholes.find(({ comments }) => comments.length > 0);
  const reviewed = wholes.find(({ reviews }) => reviews.length > 0);
  const free = wholes.find(
    ({ course, reviews }) =>
      course.reviewsAllowed && reviews.every(({ customer }) => customer !== people?.customer),
  );
  const own = wholes.filter(({ course }) => course.host === people?.host);
  return {
    crs: (own.at(-1) ?? wholes[0])?.course.id,
    'crs createCourseReview': free?.course.id,
    'crs deleteCourse': own[0]?.course.id,
    'crs getCourseComment': commented?.course.id,
    cmt: commented?.comments[0]?.id,
    'crs getCourseReview': reviewed?.course.id,
    rev: reviewed?.reviews[0]?.id,
  };
}
