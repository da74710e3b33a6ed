import { CancellationScope } from '@temporalio/workflow';
import { Hire } from '../hire';
import type { RideKickboard, RideStatus } from './contract';
import { returnKickboard, rideBegun } from './messages';
import { dueAt, missingAt } from './policy';
import { kickboard, kickboardOnRecord, kickboardUntilDone } from './steps';

/**
 * Seed 000, K2–K4: pass and kickboard are claimed together; then wait for the return, remind the customer when it is
 * due, and tell the operators a day later.
 */
export async function rideKickboard(order: RideKickboard): Promise<RideStatus> {
  const ride = new Hire(rideBegun, returnKickboard, 'kickboard-unavailable-now', {
    claim: (startedAt) => kickboard.claim({ ...order, startedAt, dueAt: dueAt(startedAt, order.minutes) }),
    refuse: (failure) => kickboardUntilDone.refuseRide(order, failure),
    takeBack: (back) => kickboardOnRecord.takeBack(order.id, back),
  });

  if (await ride.begun()) {
    const due = dueAt(ride.startedAt, order.minutes);
    if (!(await ride.back(due))) {
      await toTheEnd(() => ride.journal.during('remind', () => kickboardUntilDone.remind(order.id)));
      if (!(await ride.back(missingAt(due)))) {
        await toTheEnd(() =>
          ride.journal.during('report it missing', () => kickboardUntilDone.miss(order.id)),
        );
        await ride.back();
      }
    }
  }
  return ride.closed();
}

const toTheEnd = (step: () => Promise<unknown>) => CancellationScope.nonCancellable(step);
