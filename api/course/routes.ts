import { CourseReads } from '../../activities/course/reads';
import { CourseRepository } from '../../activities/course/repository';
import { CourseGate } from './gate';
import type { Stocked } from '../deps';
import type { Api } from '../endpoint';
import { courseRoutes as coursesOfHosts } from './courses';
import { markRoutes } from './marks';
import { remarkRoutes } from './remarks';

export { offers } from './examples';

/** What routes read and write of this domain. */
export const stores = ({ config, databases }: Stocked) => ({
  course: new CourseRepository(databases.course),
  courseReads: new CourseReads(databases.course),
  courseGate: new CourseGate(config),
});

/** Seed 001: courses of hosts, and what customers make of them. */
export function routes(api: Api): void {
  coursesOfHosts(api);
  markRoutes(api);
  remarkRoutes(api);
}
