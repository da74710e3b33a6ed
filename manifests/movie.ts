import { WORDING } from '../activities/movie/wording';
import { MOVIE_PROBLEMS } from '../api/movie/problems';
import { EVENTS } from '../activities/movie/events';
import { bookings } from '../views/bookings';
import { BOOKING } from '../workflows/movie/contract';
import { recovering, type ServiceManifest } from './manifest';

export const movie = {
  lifecycles: [BOOKING],
  tables: { scr: 'movie.screenings', bkg: 'movie.bookings' },
  events: EVENTS,
  wording: WORDING,
  problems: MOVIE_PROBLEMS,
  views: [bookings],
  laws: () => import('../invariants/movie.js'),
  api: () => import('../api/movie/routes.js'),
  activities: () => import('../activities/movie/activities.js'),
  recovery: () => import('../activities/movie/recovery.js'),
  schedules: [recovering('movie')],
} satisfies ServiceManifest;
