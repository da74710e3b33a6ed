import { condition, setHandler } from '@temporalio/workflow';
import { depositRaised } from '../billing/messages';
import { billing } from '../billing/steps';
import { Hire } from '../hire';
import { paymentUntilDone } from '../payment/steps';
import { Saga } from '../saga';
import { uncancelled } from '../scopes';
import { type CarriedRental, RENTAL, type RentalStatus, type RentBike } from './contract';
import { bikeRented, returnBike } from './messages';
import { bike, bikeOnRecord, bikeUntilDone } from './steps';

/**
 * Seed 004, B2–B5: the bike is claimed and the customer answered; the bill is opened however long that takes, and
 * once the bike is back the fee is taken from the deposit and the bill closed. Steps after the answer are tried until they
 * are done, each once by its key (the rental's id): a worker that dies after the fee was taken does not take it twice.
 * @param carried what a run that was lost leaves to this one: the bike is back (activities/recovery.ts)
 */
export async function rentBike(order: RentBike, carried?: CarriedRental): Promise<RentalStatus> {
  const { id, customer, tariff } = order;
  const saga = new Saga<RentalStatus>({
    service: 'bike',
    begun: bikeRented,
    carried: carried && { status: 'RETURNED', steps: [] },
  });
  const { journal } = saga;
  const rental = new Hire(saga, RENTAL, returnBike, {
    claim: (startedAt) => bike.claim({ ...order, startedAt }),
    refuse: (failure) => bikeUntilDone.refuseRental(order, failure),
    takeBack: (back) => bikeOnRecord.takeBack(id, back),
  });
  let depositsRaised = 0;
  setHandler(depositRaised, () => {
    depositsRaised++;
  });

  if (carried) ({ startedAt: rental.startedAt, endedAt: rental.endedAt } = carried);
  if (carried || (await rental.begin())) {
    const opening = uncancelled(() =>
      journal.during('open the bill', () => billing.openBill({ rentalId: id, customer, tariff })),
    );
    await rental.returned();
    await uncancelled(async () => {
      await opening;
      await settle();
    });
  }
  return saga.close();

  async function settle(): Promise<void> {
    const { startedAt, endedAt = startedAt } = rental;
    const { fee } = await journal.during('assess the fee', () => billing.assess(id, startedAt, endedAt));
    await journal.during('take the fee', () => takeFee(fee));
    await journal.during('close the bill', () => billing.close(id));
  }

  /** The fee comes from the deposit. If that is insufficient, the bill stays unpaid until it is topped up (B5). */
  async function takeFee(fee: number): Promise<void> {
    let markedOwing = false;
    let handled = 0;
    while (!(await paymentUntilDone.payBill({ rentalId: id, customer, fee }))) {
      if (!markedOwing) {
        await bikeUntilDone.owe(customer, id);
        await billing.leaveUnpaid(id);
        markedOwing = true;
      }
      await condition(() => depositsRaised > handled);
      handled = depositsRaised;
    }
    // A run that was lost may have marked it.
    if (markedOwing || carried) await bikeUntilDone.oweNoMore(id);
  }
}
