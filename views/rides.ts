import type { Knex } from 'knex';
import { RIDE, type RideRow } from '../activities/kickboard/reads';
import type { Ride } from '../events/shapes';
import type { View } from './view';

export interface RideFilter {
  customer?: string | undefined;
  status?: RideRow['status'] | undefined;
  kickboardId?: string | undefined;
  limit: number;
  /** The id of the last one seen: ids grow with time. */
  before?: string | undefined;
}

const OF_RIDES = ['kickboard.rented', 'kickboard.due', 'kickboard.missing', 'kickboard.returned'];

/** Rides as they are after their last event (seed 000). */
export const rides: View = {
  name: 'rides',
  sources: ['kickboard'],
  key: 'id',
  columnsOf: ({ type, subject, customer, data }) => {
    if (!OF_RIDES.includes(type)) return undefined;
    const ride = data as unknown as Ride;
    return {
      id: subject,
      customer,
      kickboard_id: ride.kickboardId,
      pass_id: ride.passId,
      status: ride.status,
      minutes: ride.minutes,
      started_at: ride.startedAt,
      due_at: ride.dueAt,
      ended_at: ride.endedAt,
      end_location: ride.endLocation,
    };
  },
};

/** Newest first. */
export async function ridesIn(
  db: Knex,
  { customer, status, kickboardId, limit, before }: RideFilter,
): Promise<RideRow[]> {
  const query = db('views.rides').orderBy('id', 'desc').limit(limit);
  if (customer !== undefined) void query.where({ customer });
  if (status !== undefined) void query.where({ status });
  if (kickboardId !== undefined) void query.where({ kickboard_id: kickboardId });
  if (before !== undefined) void query.where('id', '<', before);
  return query.select<RideRow[]>(RIDE);
}
