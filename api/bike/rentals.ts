import { z } from 'zod';
import type { RentalRow } from '../../activities/bike/reads';
import type { RentBike } from '../../workflows/bike/contract';
import { bikeRented, returnBike } from '../../workflows/bike/messages';
import type { rentBike } from '../../workflows/bike/rent-bike';
import { type Caller, visible } from '../caller';
import { changed } from '../change';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import type { Operation } from '../idempotency';
import { listRoute } from '../list';
import { Problem, problemOf } from '../problems';
import type { Beginning } from '../beginning';
import { progressRoute } from '../progress';
import { unlessAway } from '../reach';
import { placed, placeOf } from '../places';
import { IdInBody, ReasonOfAdmin, typeId } from '../schemas';
import { NO_BILL } from '../../views/rentals';
import { RentalStatuses, rentalView, RentalView } from './views';

const Id = z.strictObject({ id: typeId('rnt') });

/** Seed 004, B2–B5, B8: a customer rents a bike, brings it back, and sees what it cost and why. */
export function rentalRoutes(api: Api): void {
  const { deps } = api;
  const { bikeReads, pages, sagas } = deps;
  const tag = 'Bike';
  /** A page of them as they are, each with the bill that billing has told of. */
  const views = async (rentals: RentalRow[], caller: Caller) => {
    const bills = await pages.bills(rentals.map(({ id }) => id));
    return rentals.map((rental) => rentalView(rental, bills.get(rental.id) ?? NO_BILL, caller));
  };
  const view = async (rental: RentalRow, caller: Caller) => {
    const bills = await pages.bills([rental.id]);
    return rentalView(rental, bills.get(rental.id) ?? NO_BILL, caller);
  };
  /** Renting and returning do not need whoever keeps the bills. */
  const viewOfChange = (rental: RentalRow, caller: Caller) =>
    unlessAway(view(rental, caller), () => rentalView(rental, NO_BILL, caller));

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/rentals',
      summary: 'Rent a bike',
      tag,
      who: ['customer'],
      body: z.strictObject({ bikeId: IdInBody }),
      example: (offer) => ({ bikeId: offer('bik') }),
      answers: { 201: RentalView },
      problems: ['unpaid-bill', 'bike-unavailable', 'too-many-bikes', 'unknown-bike', 'bike-unavailable-now'],
      makes: 'rnt',
    },
    async ({ caller, body: { bikeId }, operation }) => {
      const { thingId: id, answerBy } = operation;
      const rental = await sagas.make(operation, {
        read: () => bikeReads.rental(id),
        saga: async () => {
          await mayRent(deps, caller.user, bikeId, operation);
          const { tariff, bikesAtOnce: atOnce } = deps.config;
          return rentalSaga(deps, { id, customer: caller.user, bikeId, tariff, atOnce, answerBy });
        },
      });
      if (!rental) throw problemOf(await bikeReads.refusedRental(id), 'bike-unavailable-now');
      return { status: 201, location: `/v1/rentals/${id}`, body: await viewOfChange(rental, caller) };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/rentals/{id}/return',
      summary: 'Bring a bike back',
      tag,
      who: ['customer', 'admin'],
      params: Id,
      body: placed({ reason: ReasonOfAdmin }),
      example: () => ({ location: '판교역' }),
      answers: { 200: RentalView, 202: RentalView },
      problems: ['already-returned', 'unknown-station', 'bike-unavailable-now'],
    },
    async ({ caller, params, body, operation }) => {
      const row = visible(await bikeReads.rental(params.id), caller);
      const { status, now: rental } = await changed(sagas, operation, {
        service: 'bike',
        row,
        update: returnBike,
        what: await placeOf(deps, body),
        read: (id) => bikeReads.rental(id),
        isDone: ({ status }) => status === 'RETURNED',
        refused: ({ status }) => (status === 'RETURNED' ? 'already-returned' : undefined),
      });
      return { status, body: await viewOfChange(rental, caller) };
    },
  );

  listRoute(api, {
    path: '/v1/rentals',
    summary: 'Rentals with their bills: your own, or all for an admin',
    tag,
    who: ['customer', 'admin'],
    prefix: 'rnt',
    filter: { status: RentalStatuses.optional(), bikeId: typeId('bik').optional() },
    view: RentalView,
    read: (filter, page) => bikeReads.rentals(filter, page),
    show: views,
  });

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/rentals/{id}',
      summary: 'A rental with its bill, and why that is what it is',
      tag,
      who: ['customer', 'admin'],
      params: Id,
      answers: { 200: RentalView },
    },
    async ({ caller, params }) => {
      const rental = visible(await bikeReads.rental(params.id), caller);
      return { status: 200, body: await view(rental, caller) };
    },
  );

  progressRoute(api, {
    things: 'rentals',
    prefix: 'rnt',
    tag,
    service: 'bike',
    find: async (id, caller) => visible(await bikeReads.rental(id), caller),
  });
}

/** What can be seen beforehand starts no saga. @throws Problem why there is no renting */
async function mayRent(
  { bikeReads, config }: Deps,
  customer: string,
  bikeId: string,
  { askedBefore }: Operation,
): Promise<void> {
  const [bike, owes, held] = await Promise.all([
    bikeReads.bike(bikeId),
    bikeReads.owes(customer),
    bikeReads.held(customer),
  ]);
  if (!bike) throw new Problem('unknown-bike');
  // Asked before, the bike may be taken by this very rental.
  if (askedBefore) return;
  if (owes) throw new Problem('unpaid-bill');
  if (held >= config.bikesAtOnce) throw new Problem('too-many-bikes');
  if (bike.status !== 'AVAILABLE') throw new Problem('bike-unavailable');
}

const rentalSaga = ({ bike }: Deps, order: RentBike): Beginning<typeof rentBike> => ({
  service: 'bike',
  workflow: 'rentBike',
  args: [order],
  answer: bikeRented,
  customer: order.customer,
  circuit: 'bike claims',
  summary: `bike ${order.bikeId}`,
  about: { bike: order.bikeId, 'bikes at once': order.atOnce ?? 'any number' },
  refuse: (failure) => bike.refuse(order, failure),
});
