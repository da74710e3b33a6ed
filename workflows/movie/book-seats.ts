import { ApplicationFailure, CancellationScope, continueAsNew, isCancellation } from '@temporalio/workflow';
import { beside } from '../beside';
import { Booking, type Standing } from './booking';
import type { BookingStatus, BookSeats } from './contract';
import { payment } from '../payment/steps';
import { boxofficeUntilDone, movie, movieUntilDone } from './steps';

/**
 * Seed 003: hold the seats, charge, confirm, answer; then issue the ticket, however long that takes, and wait
 * for what becomes of the booking: cancelled, collected, or the end of the screening.
 */
export async function bookSeats(order: BookSeats, standing?: Standing): Promise<BookingStatus> {
  const booking = new Booking(order, standing);
  if (!standing) await book(booking);

  if (booking.stands) {
    const ticketing = booking.ticketIssued ? undefined : beside(() => issueTicket(booking));
    const livesOn = await untilDecided(booking);
    ticketing?.cancel();
    if (livesOn) await continueAsNew<typeof bookSeats>(order, standingOf(booking));
  }
  if (booking.status === 'CANCELLED')
    await CancellationScope.nonCancellable(() => boxofficeUntilDone.voidTicket(order.id));
  await booking.saga.closed();
  return booking.status;
}

async function book(booking: Booking): Promise<void> {
  const { order, saga } = booking;
  try {
    await saga.run(async (step) => {
      await step('hold seats', {
        undo: (because) => movieUntilDone.freeSeats(order, because.type ?? 'conflict'),
        do: () => movie.holdSeats(order),
      });
      const { paymentId } = await step('charge', {
        undoLater: () => booking.operator.giveBack(order.id),
        do: () => payment.charge(chargeFor(order)),
      });
      await step('confirm', {
        do: () => CancellationScope.nonCancellable(() => movieUntilDone.confirm(order.id, paymentId)),
      });
    });
    booking.booked();
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    booking.refused(error);
  }
}

const chargeFor = ({ id, customer, totalPrice, payment: by, answerBy }: BookSeats) => ({
  for: id,
  customer,
  amount: totalPrice,
  by,
  income: 'revenue:movie' as const,
  answerBy,
});

async function issueTicket(booking: Booking): Promise<void> {
  const { id, screeningId, seats } = booking.order;
  const entry = booking.journal.begin('issue ticket');
  await boxofficeUntilDone.issueTicket({ bookingId: id, screeningId, seats });
  await movieUntilDone.ticketIssued(id);
  booking.ticketIssued = true;
  entry.became('DONE');
}

/** @returns true when nothing is decided yet, and the booking is to live on in a new run */
async function untilDecided(booking: Booking): Promise<boolean> {
  const { order } = booking;
  const waiting = booking.journal.begin('wait for the customer', 'WAITING');
  let end: ((booking: Booking) => Promise<void>) | undefined;
  try {
    const inTime = await booking.decided(order.endsAt - Date.now());
    if (!inTime) end = noShow;
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // An operator cancelled the workflow: until the screening is over the customer gets the money back.
    end = Date.now() < order.endsAt ? withdraw : noShow;
  }
  if (end) await CancellationScope.nonCancellable(() => booking.inTurn(() => end(booking)));
  waiting.became('DONE');
  return booking.stands;
}

async function noShow(booking: Booking): Promise<void> {
  if (!booking.stands) return;
  await movieUntilDone.noShow(booking.order.id);
  booking.status = 'NO_SHOW';
}

async function withdraw(booking: Booking): Promise<void> {
  if (!booking.stands) return;
  await booking.operator.giveBack(booking.order.id);
  await movieUntilDone.cancel(booking.order.id);
  booking.status = 'CANCELLED';
}

const standingOf = ({ ticketIssued, journal }: Booking): Standing => ({
  ticketIssued,
  steps: journal.view(),
});
