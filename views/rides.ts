import type { Ride } from '../activities/kickboard/events';
import { RIDE } from '../activities/kickboard/reads';
import type { View } from './view';

const OF_RIDES = ['kickboard.rented', 'kickboard.due', 'kickboard.missing', 'kickboard.returned'];

/** Rides as they are after their last event (seed 000). */
export const rides: View = {
  name: 'rides',
  sources: ['kickboard'],
  key: 'id',
  page: { columns: RIDE },
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
