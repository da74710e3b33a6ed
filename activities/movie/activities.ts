import type { BookSeats } from '../../workflows/movie/contract';
import type { MovieRepository } from './repository';

/** The movie service's steps; each is a transition of its repository, which says what it throws. */
export function createActivities({ movie }: { movie: MovieRepository }) {
  return {
    holdSeats: (order: BookSeats) => movie.holdSeats(order),
    freeSeats: (order: BookSeats, because: string) => movie.freeSeats(order, because),
    confirm: (id: string, paymentId: string) => movie.confirm(id, paymentId),
    ticketIssued: (id: string) => movie.ticketIssued(id),
    cancel: (id: string) => movie.cancel(id),
    collect: (id: string, answerBy: number) => movie.collect(id, new Date(answerBy)),
    noShow: (id: string) => movie.noShow(id),
  };
}

export type MovieActivities = ReturnType<typeof createActivities>;
