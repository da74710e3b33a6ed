import { Courses } from '../courses';
import type { TestStack } from '../test-stack';

/** Waits until a domain has told this of a thing, and nothing else. */
type Told = (domain: string, id: string, what: string) => Promise<void>;

/** What hosts and customers do with date courses, and what is told of it, once each and in this order. */
export const COURSES: Record<string, (stack: TestStack, told: Told) => Promise<void>> = {
  'a course, from its registration to its deletion': async (stack, told) => {
    const [courses, minji] = [await Courses.open(stack), await stack.signIn()];
    const id = await courses.register();
    const path = `/v1/courses/${id}`;
    for (const method of ['PUT', 'PUT', 'DELETE', 'DELETE', 'PUT'])
      for (const mark of ['like', 'bookmark']) await minji.call(method, `${path}/${mark}`);
    const { body: comment } = await minji.post(`${path}/comments`, { text: '좋아요' });
    const { body: review } = await minji.post(`${path}/reviews`, { rating: 4, text: '좋아요' });
    await courses.host.call('PATCH', path, { reviewsAllowed: false });
    await courses.host.call('DELETE', path);
    await told('course', id, 'registered, edited, deleted');
    await told('course', `${id}/like/${minji.user}`, 'liked, unliked, liked');
    const [gained, lost] = ['bookmarked, bookmark-gained', 'unbookmarked, bookmark-lost'];
    await told('course', `${id}/bookmark/${minji.user}`, `${gained}, ${lost}, ${gained}`);
    await told('course', comment.id as string, 'commented');
    await told('course', review.id as string, 'reviewed');
  },
};
