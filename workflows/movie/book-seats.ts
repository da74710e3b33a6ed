import { continueAsNew } from '@temporalio/workflow';
import { chargeFor } from '../payment/charge';
import { onLateRefund, refund, resumeRefund } from '../payment/refund';
import { payment } from '../payment/steps';
import { type Ask, Saga, type Step } from '../saga';
import { inBackground, uncancelled, untilTaken } from '../scopes';
import type { BookingStatus, BookSeats, CarriedBooking } from './contract';
import { booked, cancelBooking, collectTicket } from './messages';
import { refusedCancel, refusedCollect } from './policy';
import { boxoffice, boxofficeUntilDone, movie, movieUntilDone } from './steps';

/**
 * Seed 003: hold the seats, charge, confirm, answer; then issue the ticket, however long that takes, and wait until it is
 * collected or cancelled, or the screening ends. A movie worker that dies is replaced: the next one replays the history
 * and goes on after the last step in it.
 * @param carried what a run before leaves to this one: it continued as new, or was lost (activities/recovery.ts)
 */
export async function bookSeats(order: BookSeats, carried?: CarriedBooking): Promise<BookingStatus> {
  const { id, totalPrice, screeningId, seats, startsAt, endsAt } = order;
  const saga = new Saga<BookingStatus>({
    service: 'movie',
    begun: booked,
    carried: carried && { status: carried.status ?? 'BOOKED', steps: carried.steps },
  });
  const isBooked = () => saga.status === 'BOOKED';
  let ticketIssued = carried?.ticketIssued ?? false;

  saga.on(cancelBooking, {
    refuse: () => refusedCancel(saga.status ?? 'PENDING', startsAt, Date.now()),
    act: refundAndCancel,
  });
  saga.on(collectTicket, {
    refuse: () => refusedCollect(saga.status ?? 'PENDING', endsAt, Date.now()),
    act: collect,
  });
  const bought = { id, stands: isBooked, cancel, withdraw };
  onLateRefund(saga, bought);

  if (!carried)
    await saga.begin('BOOKED', 'FAILED', async (step) => {
      await step('hold seats', {
        // BOOKED where the booking had been confirmed after all: then it stays.
        undo: ({ failure }) => movieUntilDone.freeSeats(order, failure),
        do: () => movie.holdSeats(order),
      });
      // Tried once: a payment worker that dies after the capture counts as a refusal (`payment-unavailable`), the seats
      // are free at once, and giveBack asks the provider what was captured and refunds it.
      const { paymentId } = await step('charge', {
        undoLater: () => saga.operator.giveBack(id),
        do: () => payment.charge(chargeFor(order, totalPrice, 'revenue:movie')),
      });
      // Refused once `answerBy` has passed, since the customer has had a no by then: all is undone.
      await step('confirm', { do: () => uncancelled(() => movieUntilDone.confirm(id, paymentId)) });
    });

  if (carried?.lost) await resumeRefund(saga, bought);
  if (isBooked()) {
    const ticketing = ticketIssued && !carried?.lost ? undefined : inBackground(issueTicket);
    await saga.wait('wait for the customer', {
      while: isBooked,
      until: endsAt,
      untilThat: 'the screening ends',
      onDeadline: noShow,
      onCancellation: withdraw,
      continuable: true,
    });
    ticketing?.cancel();
    if (isBooked())
      await continueAsNew<typeof bookSeats>(order, { ticketIssued, steps: saga.journal.view() });
  }
  if (saga.status === 'CANCELLED')
    await uncancelled(() => saga.operator.oversee('issue ticket', () => boxofficeUntilDone.voidTicket(id)));
  return saga.close();

  /** M5: the money goes back first, then the seats are free. If the refund fails, the booking stays BOOKED. */
  async function refundAndCancel(step: Step<BookingStatus>, { key }: Ask): Promise<BookingStatus> {
    await step('refund', { do: () => refund(saga.operator, id, key) });
    return step('cancel', { do: cancel });
  }

  async function cancel(): Promise<BookingStatus> {
    await movieUntilDone.cancel(id);
    return 'CANCELLED';
  }

  /** M4: the box office hands the ticket out, then the booking is COLLECTED. */
  async function collect(step: Step<BookingStatus>, { key, answerBy }: Ask): Promise<BookingStatus> {
    await step('hand the ticket out', {
      undoLater: async ({ neverBegan }) => {
        if (!neverBegan) await boxofficeUntilDone.takeTicketBack(id, key);
      },
      do: () => boxoffice.handTicketOut(id, key, answerBy),
    });
    await step('collect', { do: () => movieUntilDone.collect(id, answerBy) });
    return 'COLLECTED';
  }

  async function issueTicket(): Promise<void> {
    if (carried?.lost) await untilTaken(() => saga.exclusively(() => boxoffice.takeTicketBack(id)));
    const entry = saga.journal.begin('issue ticket');
    await boxofficeUntilDone.issueTicket({ bookingId: id, screeningId, seats });
    await movieUntilDone.ticketIssued(id);
    ticketIssued = true;
    entry.became('DONE');
  }

  async function noShow(): Promise<void> {
    await movieUntilDone.noShow(id);
    saga.status = 'NO_SHOW';
  }

  /** An operator cancelled the workflow before the screening ended: refund the customer, cancel the booking. */
  async function withdraw(): Promise<void> {
    const money = await saga.operator.moneyBack(id);
    await movieUntilDone.cancel(id, money);
    saga.status = 'CANCELLED';
  }
}
