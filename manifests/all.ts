import type { CourseRefusal } from '../activities/course/repository';
import type { Domain, Service } from '../domains';
import type { BikeFailure } from '../workflows/bike/contract';
import type { BoxofficeFailure } from '../workflows/boxoffice/contract';
import type { DeliveryFailure } from '../workflows/delivery/contract';
import type { FoodFailure } from '../workflows/food/contract';
import type { KickboardFailure } from '../workflows/kickboard/contract';
import type { MovieFailure } from '../workflows/movie/contract';
import type { PaymentFailure } from '../workflows/payment/contract';
import { bike } from './bike';
import { billing } from './billing';
import { boxoffice } from './boxoffice';
import { course } from './course';
import { delivery } from './delivery';
import { food } from './food';
import { kickboard } from './kickboard';
import type { Manifest, ServiceManifest } from './manifest';
import { movie } from './movie';
import { payment } from './payment';

/** Each domain's manifest; everything central is a loop over them. */
const MANIFESTS = {
  movie,
  boxoffice,
  payment,
  kickboard,
  bike,
  billing,
  food,
  delivery,
  course,
} satisfies Record<Service, ServiceManifest> & Record<Domain, Manifest>;
export type Manifests = typeof MANIFESTS;

/** What a workflow may name as its failure: `api/problems.ts` gives each its answer. */
export type Failure =
  | MovieFailure
  | BoxofficeFailure
  | PaymentFailure
  | KickboardFailure
  | BikeFailure
  | FoodFailure
  | DeliveryFailure
  | CourseRefusal;

export function manifestOf(service: Service): ServiceManifest;
export function manifestOf(domain: Domain): Manifest;
export function manifestOf(domain: Domain): Manifest {
  return MANIFESTS[domain];
}
export const manifests: readonly Manifest[] = Object.values(MANIFESTS);

type Table = 'events' | 'problems' | 'wording' | 'tables';
/** The names in a table of all domains. */
export type KeyIn<T extends Table> = { [D in Domain]: keyof Manifests[D][T] & string }[Domain];

/** The tables of that name of all domains, as one. */
export const tableOf = <T extends Table>(name: T) =>
  Object.assign({}, ...manifests.map((manifest) => manifest[name])) as Record<
    KeyIn<T>,
    NonNullable<Manifest[T][string]>
  >;
