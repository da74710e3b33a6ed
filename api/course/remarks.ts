import { z } from 'zod';
import { endpoint, type Api } from '../endpoint';
import { Prose, typeId } from '../schemas';
import { CommentView, remarkView, ReviewView } from './views';

const Id = z.strictObject({ id: typeId('crs') });
const Text = Prose({ least: 1, most: 2_000 });

/** C2, C4: what customers say of a course. */
export function remarkRoutes(api: Api): void {
  const { course, courseGate, courseReads } = api.deps;
  const tag = 'Course';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/courses/{id}/comments',
      summary: 'Comment on a course',
      tag,
      who: ['customer'],
      params: Id,
      body: z.strictObject({ text: Text }),
      answers: { 201: CommentView },
      problems: ['course-unavailable'],
      makes: 'cmt',
    },
    async ({ caller, params, body, operation }) => {
      const comment = { ...body, id: operation.thingId, courseId: params.id, customer: caller.user };
      const row = await courseGate.make(
        operation,
        (answerBy) => course.comment({ ...comment, answerBy }),
        () => courseReads.comment(comment.id),
      );
      return { status: 201, location: `/v1/courses/${params.id}`, body: remarkView(row) };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/courses/{id}/reviews',
      summary: 'Review a course, once, where its host allows it',
      tag,
      who: ['customer'],
      params: Id,
      body: z.strictObject({ rating: z.int().min(1).max(5), text: Text }),
      answers: { 201: ReviewView },
      problems: ['reviews-not-allowed', 'already-reviewed', 'course-unavailable'],
      makes: 'rev',
    },
    async ({ caller, params, body, operation }) => {
      const review = { ...body, id: operation.thingId, courseId: params.id, customer: caller.user };
      const row = await courseGate.make(
        operation,
        (answerBy) => course.review({ ...review, answerBy }),
        () => courseReads.review(review.id),
      );
      return { status: 201, location: `/v1/courses/${params.id}`, body: remarkView(row) };
    },
  );
}
