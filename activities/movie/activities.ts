import type { Knex } from 'knex';
import type { BookSeats } from '../../workflows/movie/contract';
import type { MoneyBack } from '../../workflows/payment/contract';
import { MovieRepository } from './repository';

/** The movie service's steps; each is a transition of its repository, which says what it throws. */
function createActivities({ movie }: { movie: MovieRepository }) {
  return {
    holdSeats: (order: BookSeats) => movie.holdSeats(order),
    freeSeats: (order: BookSeats, because: string) => movie.freeSeats(order, because),
    confirm: (id: string, paymentId: string) => movie.confirm(id, paymentId),
    ticketIssued: (id: string) => movie.ticketIssued(id),
    cancel: (id: string, money?: MoneyBack) => movie.cancel(id, money ?? 'REFUNDED'),
    collect: (id: string, answerBy: number) => movie.collect(id, new Date(answerBy)),
    noShow: (id: string) => movie.noShow(id),
  };
}

export type MovieActivities = ReturnType<typeof createActivities>;

/** What runs on the domain's task queue, on its own database. */
export const activitiesOn = (db: Knex) => createActivities({ movie: new MovieRepository(db) });
