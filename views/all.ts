import type { Knex } from 'knex';
import type { Consumer } from '../events/subscription';
import { bookings } from './bookings';
import { deposits } from './deposits';
import { keeperOf, type View } from './view';

export const VIEWS: readonly View[] = [bookings, deposits];

/** The views as the relay keeps them. */
export const viewConsumers = (db: Knex): Consumer[] => VIEWS.map((view) => keeperOf(view, db));
