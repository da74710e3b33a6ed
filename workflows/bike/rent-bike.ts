import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import { depositRaised } from '../billing/messages';
import { billing } from '../billing/steps';
import { Hire } from '../hire';
import { paymentUntilDone } from '../payment/steps';
import type { RentalStatus, RentBike } from './contract';
import { bikeRented, returnBike } from './messages';
import { bike, bikeUntilDone } from './steps';

/**
 * Seed 004, B2–B5: the bike is claimed and the customer answered; the bill is opened however long that takes, and
 * once the bike is back its fee is taken from the deposit and it is closed.
 */
export async function rentBike(order: RentBike): Promise<RentalStatus> {
  const rental = new Hire(bikeRented, returnBike, 'bike-unavailable-now', {
    claim: (startedAt) => bike.claim({ ...order, startedAt }),
    refuse: (failure) => bikeUntilDone.refuseRental(order, failure),
    takeBack: (back) => bikeUntilDone.takeBack(order.id, back),
  });
  const raised = raisedDeposit();

  if (await rental.begun()) {
    const { id: rentalId, customer, tariff } = order;
    const opening = CancellationScope.nonCancellable(() =>
      rental.journal.during('open the bill', () => billing.openBill({ rentalId, customer, tariff })),
    );
    await rental.back();
    await CancellationScope.nonCancellable(async () => {
      await opening;
      await settle(order, rental, raised);
    });
  }
  return rental.closed();
}

/** The fee comes from the deposit. Where that does not hold enough the bill stands unpaid until it does (B5). */
async function settle({ id, customer }: RentBike, rental: Hire, raised: () => Promise<void>): Promise<void> {
  const { journal, startedAt, endedAt = startedAt } = rental;
  const { fee } = await journal.during('assess the fee', () => billing.assess(id, startedAt, endedAt));
  const pay = () => paymentUntilDone.payBill({ rentalId: id, customer, fee });

  const entry = journal.begin('take the fee');
  let owed = false;
  while (!(await pay())) {
    if (!owed) {
      await bikeUntilDone.owe(customer, id);
      await billing.leaveUnpaid(id);
      owed = true;
    }
    await raised();
  }
  if (owed) await bikeUntilDone.oweNoMore(id);
  entry.became('DONE');
  await journal.during('close the bill', () => billing.close(id));
}

/** @returns what waits for the next message that the deposit was raised, or for one that has come since the last */
function raisedDeposit(): () => Promise<void> {
  let messages = 0;
  let seen = 0;
  setHandler(depositRaised, () => {
    messages++;
  });
  return async () => {
    await condition(() => messages > seen);
    seen = messages;
  };
}
