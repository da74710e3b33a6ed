import type { Knex } from 'knex';
import type { Consumer } from '../events/subscription';
import { bookings } from './bookings';
import { deliveries } from './deliveries';
import { deposits } from './deposits';
import { orders } from './orders';
import { passes } from './passes';
import { rentals } from './rentals';
import { rides } from './rides';
import { projectionConsumer, type View } from './view';

export const VIEWS: readonly View[] = [bookings, deposits, passes, rides, rentals, orders, deliveries];

/** The views as the relay keeps them. */
export const viewConsumers = (db: Knex): Consumer[] => VIEWS.map((view) => projectionConsumer(view, db));
