import { Saga } from '../saga';
import type { ReportBike, ReportStatus } from './contract';
import { bikeReported } from './messages';
import { bike, bikeUntilDone } from './steps';

/** Seed 004, B6: the report is applied and its points are earned, both or neither. */
export async function reportBike(report: ReportBike): Promise<ReportStatus> {
  const saga = new Saga<ReportStatus>({ service: 'bike', begun: bikeReported });
  await saga.begin('APPLIED', 'REFUSED', async (step) => {
    await step('apply the report', {
      undo: ({ failure }) => bikeUntilDone.refuseReport(report, failure),
      do: () => bike.applyReport(report),
    });
  });
  return saga.close();
}
