import { z } from 'zod';
import type { Mark } from '../../activities/course/repository';
import type { Role } from '../caller';
import { endpoint, type Api } from '../endpoint';
import { typeId } from '../schemas';

const Id = z.strictObject({ id: typeId('crs') });

/** C2: a customer likes and bookmarks a course, and takes that back: each as often as they want. */
export function markRoutes(api: Api): void {
  markRoute(api, '/v1/courses/{id}/like', 'likes', ['Like a course', 'Like it no more']);
  markRoute(api, '/v1/courses/{id}/bookmark', 'bookmarks', ['Bookmark a course', 'Remove the bookmark']);
}

function markRoute(api: Api, path: string, mark: Mark, [put, take]: [put: string, take: string]): void {
  const { course, courseGate } = api.deps;
  const shared = {
    path,
    tag: 'Course',
    who: ['customer'] as Role[],
    params: Id,
    answers: { 204: null },
    problems: ['course-unavailable' as const],
  };

  endpoint(api, { ...shared, method: 'put', summary: put }, async ({ caller, params }) => {
    const by = { courseId: params.id, customer: caller.user };
    await courseGate.change((answerBy) => course.put(mark, { ...by, answerBy }));
    return { status: 204 };
  });

  endpoint(api, { ...shared, method: 'delete', summary: take }, async ({ caller, params }) => {
    const by = { courseId: params.id, customer: caller.user };
    await courseGate.change((answerBy) => course.take(mark, { ...by, answerBy }));
    return { status: 204 };
  });
}
