import type { Knex } from 'knex';
import type { Config } from '../../config';
import { BOOKING, type BookSeats, type CarriedBooking } from '../../workflows/movie/contract';
import { LONG_AGO, unknownMeans } from '../payment/means';
import { createRecovery, kindOf, sales, unfinished } from '../recovery';

interface Row {
  id: string;
  customer: string;
  screening_id: string;
  seats: string[];
  total_price: number;
  status: 'PENDING' | 'BOOKED' | 'CANCELLED';
  ticket: string;
  payment_method: string;
  starts_at: Date;
  ends_at: Date;
}

const BOOKINGS = kindOf<Row>(
  {
    ...unfinished(BOOKING),
    // The ticket is to be void.
    closing: `(status = 'CANCELLED' AND NOT closed)`,
  },
  (row) => {
    const { id, customer, seats, status } = row;
    const order: BookSeats = {
      ...{ id, customer, seats },
      screeningId: row.screening_id,
      totalPrice: row.total_price,
      payment: unknownMeans(row.payment_method),
      answerBy: LONG_AGO,
      startsAt: row.starts_at.getTime(),
      endsAt: row.ends_at.getTime(),
    };
    const issued = row.ticket !== 'WAITING';
    return {
      workflowId: id,
      workflow: 'bookSeats',
      // What was undecided is undone: for what has not happened yet it is too late.
      args: status === 'PENDING' ? [order] : [order, carriedIn(status, issued)],
      customer,
      summary: `${seats.join(', ')} · ${row.total_price} KRW`,
    };
  },
  (tx, id) =>
    tx({ b: 'movie.bookings' })
      .join({ s: 'movie.screenings' }, 's.id', 'b.screening_id')
      .where('b.id', id)
      .first<Row>('b.*', 's.starts_at', 's.ends_at'),
);

const carriedIn = (status: 'BOOKED' | 'CANCELLED', ticketIssued: boolean): CarriedBooking => ({
  status,
  ticketIssued,
  steps: [],
  lost: true,
});

/** The steps of the service's own recovery. */
export const recoveryOn = (db: Knex, config: Pick<Config, 'recovery'>) =>
  createRecovery(db, config, {
    kinds: [BOOKINGS],
    sold: sales({ of: BOOKING, pending: ['PENDING'], over: ['CANCELLED', 'FAILED'] }),
  });
