import type { Api } from '../endpoint';
import { courseRoutes as coursesOfHosts } from './courses';
import { markRoutes } from './marks';
import { remarkRoutes } from './remarks';

/** Seed 001: courses of hosts, and what customers make of them. */
export function courseRoutes(api: Api): void {
  coursesOfHosts(api);
  markRoutes(api);
  remarkRoutes(api);
}
