import { z } from 'zod';
import { type CourseFilter, type Sort, SORTS } from '../../activities/course/reads';
import { endpoint, type Api } from '../endpoint';
import { etagOf, IfMatch } from '../preconditions';
import { Problem } from '../problems';
import { listOf, Page, pageOf, Prose, Title, typeId, unknownCursor } from '../schemas';
import { says } from '../validation-words';
import { courseView, CourseView, remarkView, SHOWN, WholeCourseView } from './views';

const Id = z.strictObject({ id: typeId('crs') });
const Host = z.strictObject({ 'If-Match': IfMatch });

const NewCourse = z.strictObject({
  title: Title,
  content: Prose({ most: 10_000 }),
  reviewsAllowed: z.boolean(),
});
const Edit = NewCourse.partial()
  .refine((edit) => Object.keys(edit).length > 0, says('no change'))
  .meta({ minProperties: 1 });

/** C1, C5: courses as their hosts register, edit and delete them, and as everyone sees them. */
export function courseRoutes(api: Api): void {
  const { deps } = api;
  const { course, courseGate, courseReads } = deps;
  const tag = 'Course';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/courses',
      summary: 'Register a date course',
      tag,
      who: ['host'],
      body: NewCourse,
      example: () => ({
        title: '판교 저녁 산책',
        content: '화랑공원을 한 바퀴 돌고, 백현동 카페거리에서 저녁을 먹어요.',
        reviewsAllowed: true,
      }),
      answers: { 201: CourseView },
      problems: ['course-unavailable'],
      makes: 'crs',
      etag: true,
    },
    async ({ caller: { user: host }, body, operation }) => {
      const { thingId: id } = operation;
      const row = await courseGate.make(
        operation,
        (answerBy) => course.register({ ...body, id, host }, answerBy),
        () => courseReads.made(id, host),
      );
      return { status: 201, location: `/v1/courses/${id}`, etag: etagOf(row.version), body: courseView(row) };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/courses',
      summary: 'Date courses: the newest, the most liked or the best rated first',
      tag,
      who: 'any',
      query: Page.extend({
        sort: z.enum(SORTS).default('newest'),
        q: Title.optional().meta({ description: 'Anywhere in title or content' }),
      }),
      answers: { 200: listOf(CourseView) },
      problems: ['course-unavailable'],
    },
    async ({ caller, address, query: { limit, cursor, sort, q } }) => {
      const after = cursor === undefined ? undefined : placeOf(cursor, sort);
      const filter = { sort, q: q?.normalize('NFC'), after, limit: limit + 1 };
      const read = () => courseReads.courses(filter, caller?.user);
      const rows = await (q === undefined
        ? courseGate.ask(read)
        : courseGate.search(caller ? `user ${caller.user}` : `address ${address}`, read));
      const { page, nextCursor } = pageOf(rows, limit, ({ id, likes, rating }) => {
        const value = { newest: 0, likes, rating: rating ?? 0 }[sort];
        return `${sort}.${value}.${id}`;
      });
      return { status: 200, body: { data: page.map(courseView), nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/courses/{id}',
      summary: 'A date course with what customers say of it',
      tag,
      who: 'any',
      params: Id,
      answers: { 200: WholeCourseView },
      problems: ['course-unavailable'],
      etag: true,
    },
    async ({ caller, params: { id } }) => {
      const whole = await courseGate.ask(() => courseReads.whole(id, caller?.user, SHOWN));
      if (!whole) throw new Problem('not-found');
      const { course: row, comments, reviews } = whole;
      const remarks = { comments: comments.map(remarkView), reviews: reviews.map(remarkView) };
      return { status: 200, etag: etagOf(row.version), body: { ...courseView(row), ...remarks } };
    },
  );

  endpoint(
    api,
    {
      method: 'patch',
      path: '/v1/courses/{id}',
      summary: 'Edit a course of yours',
      tag,
      who: ['host'],
      params: Id,
      headers: Host,
      body: Edit,
      example: () => ({ title: '판교 밤 산책' }),
      answers: { 200: CourseView },
      problems: ['precondition-failed', 'course-unavailable'],
      etag: true,
    },
    async ({ caller: { user: host }, params: { id }, headers, body }) => {
      const versions = headers['If-Match'];
      const row = await courseGate.change((answerBy) =>
        course.edit({ ...body, courseId: id, host, versions, answerBy }),
      );
      return { status: 200, etag: etagOf(row.version), body: courseView(row) };
    },
  );

  endpoint(
    api,
    {
      method: 'delete',
      path: '/v1/courses/{id}',
      summary: 'Delete a course of yours',
      tag,
      who: ['host'],
      params: Id,
      headers: Host,
      answers: { 204: null },
      problems: ['precondition-failed', 'course-unavailable'],
    },
    async ({ caller: { user: host }, params: { id }, headers }) => {
      const versions = headers['If-Match'];
      await courseGate.change((answerBy) => course.remove({ courseId: id, host, versions, answerBy }));
      return { status: 204 };
    },
  );
}

/** @throws Problem invalid-request for a cursor that is none of this list's */
function placeOf(cursor: string, wanted: Sort): CourseFilter['after'] {
  const [, sort, value, id] = /^(\w+)\.(\d{1,9}(?:\.\d)?)\.(crs_[0-9a-z]{26})$/.exec(cursor) ?? [];
  if (id === undefined || sort !== wanted || (sort !== 'rating' && !Number.isInteger(Number(value))))
    throw unknownCursor();
  return { value: Number(value), id };
}
