import type { Client, Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config';
import type { Points } from '../activities/bike/points';
import type { BikeReads } from '../activities/bike/reads';
import type { Reports } from '../activities/bike/reports';
import type { BikeRepository } from '../activities/bike/repository';
import type { DeliveryReads } from '../activities/delivery/reads';
import type { DeliveryRepository } from '../activities/delivery/repository';
import type { FoodReads } from '../activities/food/reads';
import type { FoodRepository } from '../activities/food/repository';
import type { CourseReads } from '../activities/course/reads';
import type { CourseRepository } from '../activities/course/repository';
import type { Passes } from '../activities/kickboard/passes';
import type { KickboardReads } from '../activities/kickboard/reads';
import type { KickboardRepository } from '../activities/kickboard/repository';
import type { MovieReads } from '../activities/movie/reads';
import type { MovieRepository } from '../activities/movie/repository';
import type { PaymentReads } from '../activities/payment/reads';
import type { Credits } from '../activities/payment/credits';
import type { Pages } from '../views/pages';
import type { CourseGate } from './course/gate';
import type { Audience } from './notification/audience';
import type { Idempotency } from './idempotency';
import type { Presence } from './presence';
import type { Sagas } from './sagas';

/** What the routes work with; wired by hand in api/main.ts. */
export interface Deps {
  config: Config;
  log: Logger;
  /** Where parts of the API register what /metrics tells. */
  metrics: Registry;
  /** Aborted once the process is asked to stop: /readyz says 503, streams end. */
  stopping: AbortSignal;
  /** Domains that share a URL share a pool. */
  databases: Record<keyof Config['databases'], Knex>;
  connection: Connection;
  temporal: Client;
  idempotency: Idempotency;
  sagas: Sagas;
  presence: Presence;
  movie: MovieRepository;
  movieReads: MovieReads;
  kickboard: KickboardRepository;
  passes: Passes;
  kickboardReads: KickboardReads;
  bike: BikeRepository;
  reports: Reports;
  points: Points;
  bikeReads: BikeReads;
  food: FoodRepository;
  foodReads: FoodReads;
  deliveries: DeliveryRepository;
  deliveryReads: DeliveryReads;
  course: CourseRepository;
  courseReads: CourseReads;
  courseGate: CourseGate;
  topUps: Credits;
  conversions: Credits;
  paymentReads: PaymentReads;
  pages: Pages;
  audience: Audience;
}
