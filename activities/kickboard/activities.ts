import type { Knex } from 'knex';
import type { Back } from '../../workflows/hire';
import type { BuyPass, ClaimRide, RideKickboard } from '../../workflows/kickboard/contract';
import { KickboardRepository } from './repository';
import { Passes } from './passes';

/** The kickboard service's steps; each is a transition of its tables, which say what they throw. */
function createActivities({ kickboard, passes }: { kickboard: KickboardRepository; passes: Passes }) {
  return {
    openPass: (order: BuyPass) => passes.open(order),
    confirmPass: (id: string, paymentId: string) => passes.confirm(id, paymentId),
    failPass: (order: BuyPass, failure: string) => passes.fail(order, failure),
    claim: (ride: ClaimRide) => kickboard.claim(ride),
    refuseRide: (ride: RideKickboard, failure: string) => kickboard.refuse(ride, failure),
    takeBack: (id: string, back: Back) => kickboard.takeBack(id, back),
    remind: (id: string) => kickboard.remind(id),
    miss: (id: string) => kickboard.miss(id),
  };
}

export type KickboardActivities = ReturnType<typeof createActivities>;

/** What runs on the domain's task queue, on its own database. */
export const activitiesOn = (db: Knex) =>
  createActivities({ kickboard: new KickboardRepository(db), passes: new Passes(db) });
