import { WORDING } from '../activities/course/wording';
import { COURSE_PROBLEMS } from '../api/course/problems';
import { EVENTS } from '../activities/course/events';
import type { Manifest } from './manifest';

export const course = {
  tables: { crs: 'course.courses', cmt: 'course.comments', rev: 'course.reviews' },
  events: EVENTS,
  wording: WORDING,
  problems: COURSE_PROBLEMS,
  views: [],
  laws: () => import('../invariants/course.js'),
  api: () => import('../api/course/routes.js'),
} satisfies Manifest;
