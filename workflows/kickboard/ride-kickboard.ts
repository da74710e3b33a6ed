import { Hire } from '../hire';
import { Saga } from '../saga';
import { uncancelled } from '../scopes';
import { RIDE, type RideKickboard, type RideStatus } from './contract';
import { returnKickboard, rideBegun } from './messages';
import { dueAt, missingAt } from './policy';
import { kickboard, kickboardOnRecord, kickboardUntilDone } from './steps';

/**
 * Seed 000, K2–K4: pass and kickboard are claimed together; then wait for the return, remind the customer when it is
 * due, and tell the operators a day later.
 */
export async function rideKickboard(order: RideKickboard): Promise<RideStatus> {
  const { id, minutes } = order;
  const saga = new Saga<RideStatus>({ service: 'kickboard', begun: rideBegun });
  const ride = new Hire(saga, RIDE, returnKickboard, {
    claim: (startedAt) => kickboard.claim({ ...order, startedAt, dueAt: dueAt(startedAt, minutes) }),
    refuse: (failure) => kickboardUntilDone.refuseRide(order, failure),
    takeBack: (back) => kickboardOnRecord.takeBack(id, back),
  });

  if (await ride.begin()) await untilReturned();
  return saga.close();

  async function untilReturned(): Promise<void> {
    const due = dueAt(ride.startedAt, minutes);
    if (await ride.returned(due, 'it is due back')) return;
    await uncancelled(() => saga.journal.during('remind', () => kickboardUntilDone.remind(id)));
    if (await ride.returned(missingAt(due), 'it counts as missing')) return;
    await uncancelled(() => saga.journal.during('report it missing', () => kickboardUntilDone.miss(id)));
    await ride.returned();
  }
}
