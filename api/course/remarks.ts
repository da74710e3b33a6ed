import { z } from 'zod';
import type { Remark } from '../../activities/course/reads';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { cursorOf, listOf, Page, pageOf, Prose, typeId } from '../schemas';
import { CommentView, remarkView, ReviewView } from './views';

const Id = z.strictObject({ id: typeId('crs') });
const CommentId = Id.extend({ commentId: typeId('cmt') });
const ReviewId = Id.extend({ reviewId: typeId('rev') });
const Text = Prose({ least: 1, most: 2_000 });

/** C2, C4, C5: what customers say of a course. */
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
      example: () => ({ text: '비 오는 날에도 좋을까요?' }),
      answers: { 201: CommentView },
      problems: ['course-unavailable'],
      makes: 'cmt',
    },
    async ({ caller, params, body, operation }) => {
      const comment = { ...body, id: operation.thingId, courseId: params.id, customer: caller.user };
      const row = await courseGate.make(
        operation,
        (answerBy) => course.comment({ ...comment, answerBy }),
        () => courseReads.remark('comments', comment.id),
      );
      return { status: 201, location: `/v1/courses/${params.id}/comments/${row.id}`, body: remarkView(row) };
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
      example: () => ({ rating: 5, text: '해 질 무렵이 제일 예뻤어요' }),
      answers: { 201: ReviewView },
      problems: ['reviews-not-allowed', 'already-reviewed', 'course-unavailable'],
      makes: 'rev',
    },
    async ({ caller, params, body, operation }) => {
      const review = { ...body, id: operation.thingId, courseId: params.id, customer: caller.user };
      const row = await courseGate.make(
        operation,
        (answerBy) => course.review({ ...review, answerBy }),
        () => courseReads.remark('reviews', review.id),
      );
      return { status: 201, location: `/v1/courses/${params.id}/reviews/${row.id}`, body: remarkView(row) };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/courses/{id}/comments',
      summary: 'Comments on a course, newest first',
      tag,
      who: 'any',
      params: Id,
      query: Page.extend({ cursor: cursorOf('cmt') }),
      answers: { 200: listOf(CommentView) },
      problems: ['course-unavailable'],
    },
    ({ params: { id }, query }) => list('comments', id, query),
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/courses/{id}/comments/{commentId}',
      summary: 'A comment',
      tag,
      who: 'any',
      params: CommentId,
      answers: { 200: CommentView },
      problems: ['course-unavailable'],
    },
    ({ params: { id, commentId } }) => one('comments', id, commentId),
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/courses/{id}/reviews',
      summary: 'Reviews of a course, newest first',
      tag,
      who: 'any',
      params: Id,
      query: Page.extend({ cursor: cursorOf('rev') }),
      answers: { 200: listOf(ReviewView) },
      problems: ['course-unavailable'],
    },
    ({ params: { id }, query }) => list('reviews', id, query),
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/courses/{id}/reviews/{reviewId}',
      summary: 'A review',
      tag,
      who: 'any',
      params: ReviewId,
      answers: { 200: ReviewView },
      problems: ['course-unavailable'],
    },
    ({ params: { id, reviewId } }) => one('reviews', id, reviewId),
  );

  async function list<K extends Remark>(
    kind: K,
    courseId: string,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
  ) {
    const rows = await courseGate.ask(() => courseReads.remarks(kind, courseId, limit + 1, cursor));
    if (rows === 'no course') throw new Problem('not-found');
    const { page, nextCursor } = pageOf(rows, limit, (row) => row.id);
    return { status: 200 as const, body: { data: page.map(remarkView), nextCursor } };
  }

  async function one<K extends Remark>(kind: K, courseId: string, id: string) {
    const row = await courseGate.ask(() => courseReads.remark(kind, id, courseId));
    if (!row) throw new Problem('not-found');
    return { status: 200 as const, body: remarkView(row) };
  }
}
