import type { Service } from '../../../config';
import type { Cinema } from '../../cinema';
import type { Answer, TestClient } from '../../test-client';
import type { Fleet } from '../../fleet';
import type { Kitchen } from '../../kitchen';

/** Where the status of a thing is written down, and what tells whose it is. */
export const WHOSE = {
  'movie.bookings': 'customer',
  'kickboard.rides': 'customer',
  'kickboard.passes': 'customer',
  'bike.rentals': 'customer',
  'bike.reports': 'manager',
  'bike.conversions': 'manager',
  'food.orders': 'customer',
  'payment.top_ups': 'customer',
};

/** Whoever asks has not asked for anything before. */
export interface Scene {
  minji: TestClient;
  /** Has never been booked. */
  cinema: Cinema;
  staff: TestClient;
  fleet: Fleet;
  kitchen: Kitchen;
}

/** What someone asks for while a worker dies. */
export interface Act {
  of: keyof typeof WHOSE;
  /** So long at most until it is answered; what a worker took up is waited for, since it will be decided. */
  answeredWithinMs?: number;
  /** A step that the worker never ends, before or after it does its work, so that the one at which it dies is come to. */
  hangsAt?: string;
  /** The opening points of whoever asks, where that is a manager. */
  points?: number;
  /** Brings about all that comes before. @returns what is then to be asked */
  prepare: (scene: Scene) => Promise<() => Promise<Answer>>;
}

/** How it is answered, and how it ends, whether that was heard or not. */
type End = [answer: number | number[], end: string];

/** The step, before or after which its worker dies, what is asked for meanwhile, and both ends. */
export type Step = [service: Service, step: string, act: Act, before: End, after: End];
