import { type BikeStatus, REPORT, type ReportStatus } from '../workflows/bike/contract';
import { batchesBy } from './batches';
import { thingLaws } from './things';
import { toldLaw, toldOf } from './told';
import type { World } from './world';

/** A manager's report with its bike. */
export interface ReportFacts {
  id: string;
  status: ReportStatus;
  batteryLevel: number;
  usable: boolean;
  /** No report on the bike was applied after it. */
  latest: boolean;
  bike: { batteryLevel: number; status: BikeStatus; nextStatus: BikeStatus | null };
  told: string;
}

/** B6. */
export const REPORTS = thingLaws<ReportFacts>('bike', reports, [
  {
    id: 'report-bike',
    holds: 'A bike shows what the last applied report said of it',
    rule: 6,
    breach: ({ id, status, latest, batteryLevel, usable, bike }) => {
      if (status !== 'APPLIED' || !latest) return undefined;
      const fitness = usable ? 'AVAILABLE' : 'BROKEN';
      // In use since: the report has taken effect before.
      const shown = bike.nextStatus ?? (bike.status === 'IN_USE' ? fitness : bike.status);
      if (bike.batteryLevel === batteryLevel && shown === fitness) return undefined;
      return `report ${id} says ${fitness} with ${batteryLevel} %, its bike is ${shown} with ${bike.batteryLevel} %`;
    },
  },
  toldLaw(REPORT, 'report'),
]);

interface ReportRow extends Omit<ReportFacts, 'bike' | 'told'> {
  bikeBattery: number;
  bikeStatus: BikeStatus;
  nextStatus: BikeStatus | null;
}

async function* reports({ databases: { bike } }: World): AsyncGenerator<ReportFacts[]> {
  const rows = bike.from(
    bike({ r: 'bike.reports' })
      .join({ b: 'bike.bikes' }, 'b.id', 'r.bike_id')
      .select('r.id', 'r.status', 'r.usable', {
        batteryLevel: 'r.battery_level',
        latest: bike.raw(`NOT EXISTS (SELECT FROM bike.reports l
          WHERE l.bike_id = r.bike_id AND l.status = 'APPLIED' AND (l.at, l.id) > (r.at, r.id))`),
        bikeBattery: 'b.battery_level',
        bikeStatus: 'b.status',
        nextStatus: 'b.next_status',
      })
      .as('reports'),
  );
  for await (const some of batchesBy<ReportRow>('id', rows)) {
    const told = await toldOf(
      bike,
      'bike',
      some.map(({ id }) => id),
    );
    yield some.map(({ bikeBattery, bikeStatus, nextStatus, ...report }) => ({
      ...report,
      bike: { batteryLevel: bikeBattery, status: bikeStatus, nextStatus },
      told: told.get(report.id) ?? '',
    }));
  }
}
