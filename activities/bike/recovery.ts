import type { Knex } from 'knex';
import type { Config } from '../../config';
import {
  type CarriedRental,
  CONVERSION,
  type ConvertPoints,
  RENTAL,
  type RentBike,
} from '../../workflows/bike/contract';
import type { Tariff } from '../../workflows/billing/contract';
import { LONG_AGO } from '../payment/means';
import { createRecovery, kindOf, unfinished } from '../recovery';

interface RentalRow {
  id: string;
  customer: string;
  bike_id: string;
  tariff: Tariff | null;
  started_at: Date;
  ended_at: Date | null;
}

/** @param tariff of rentals that began before each kept its own: a bill that is open keeps to its own */
const rentalsBy = (tariff: Tariff) =>
  kindOf<RentalRow>(
    {
      ...unfinished(RENTAL),
      // The bill is to be paid.
      closing: `(status = 'RETURNED' AND NOT closed)`,
    },
    ({ id, customer, bike_id: bikeId, started_at: startedAt, ended_at: endedAt, ...row }) => {
      const order: RentBike = { id, customer, bikeId, tariff: row.tariff ?? tariff, answerBy: LONG_AGO };
      const back: CarriedRental | null = endedAt && {
        startedAt: startedAt.getTime(),
        endedAt: endedAt.getTime(),
      };
      // The claim of a rental that is out finds that it was made.
      const args = back ? [order, back] : [order];
      return { workflowId: id, workflow: 'rentBike', args, customer, summary: bikeId };
    },
  );

interface ConversionRow {
  id: string;
  manager: string;
  points: number;
}

const CONVERSIONS = kindOf<ConversionRow>(unfinished(CONVERSION), ({ id, manager, points }) => {
  const order: ConvertPoints = { id, manager, points, answerBy: LONG_AGO };
  const summary = `${points} points`;
  return { workflowId: id, workflow: 'convertPoints', args: [order, true], customer: manager, summary };
});

/** The steps of the service's own recovery. */
export const recoveryOn = (db: Knex, config: Pick<Config, 'recovery' | 'tariff'>) =>
  createRecovery(db, config, { kinds: [rentalsBy(config.tariff), CONVERSIONS] });
