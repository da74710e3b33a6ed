import { ApplicationFailure } from '@temporalio/workflow';
import { Answer } from '../answer';
import { Journal } from '../progress';
import { Saga } from '../saga';
import type { ReportBike, ReportStatus } from './contract';
import { bikeReported } from './messages';
import { bike, bikeUntilDone } from './steps';

/** Seed 004, B6: the report is applied and its points are earned, both or neither. */
export async function reportBike(report: ReportBike): Promise<ReportStatus> {
  const saga = new Saga(new Journal());
  const answer = new Answer(bikeReported);
  let status = 'APPLIED' as ReportStatus;
  try {
    await saga.run(async (step) => {
      await step('apply the report', {
        undo: async (because) => {
          status = await bikeUntilDone.refuseReport(report, because.type ?? 'conflict');
        },
        do: () => bike.applyReport(report),
      });
    });
    answer.yes();
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    // A worker may have died right after it: what is applied stands.
    if (status === 'APPLIED') answer.yes();
    else answer.no(error);
  }
  await saga.closed();
  return status;
}
