import type { Knex } from 'knex';
import type { Consumer } from '../events/subscription';
import { manifests } from '../manifests/all';
import { projectionConsumer, type View } from './view';

export const VIEWS: readonly View[] = manifests.flatMap(({ views }) => views);

/** The views as the relay keeps them. */
export const viewConsumers = (db: Knex): Consumer[] => VIEWS.map((view) => projectionConsumer(view, db));
