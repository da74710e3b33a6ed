import type { UpdateDefinition } from '@temporalio/common';
import { condition } from '@temporalio/workflow';
import { type Lifecycle, refusedIn } from './lifecycle';
import type { Ask, Saga, Step } from './saga';

export type HireStatus = 'RENTED' | 'RETURNED' | 'REFUSED';

/** A place on the map: WGS 84, degrees; and which station it is, where it is one. */
export interface Spot {
  lat: number;
  lon: number;
  stationId?: string;
}

/** An update of a running hire: the vehicle is brought back. */
export interface BringBack extends Ask {
  /** Where it is left. */
  location: string;
  /** Where that is on the map, if it is known. */
  spot?: Spot;
}

/** A hire's row. */
export interface HireRow {
  status: HireStatus;
  /** Epoch milliseconds; null for what was refused. */
  startedAt: number | null;
}

/** How a vehicle comes back: where it was left and when (epoch milliseconds), and until when that may be written. */
export interface Back {
  endedAt: number;
  /** Where it was rented, unless said. */
  location?: string;
  /** Where `location` is on the map, if it is known. */
  spot?: Spot;
  answerBy?: number;
}

/** The steps of a service that hires vehicles out. */
interface HireSteps {
  /**
   * Claims all that is needed at once, or nothing, from then on (epoch milliseconds).
   * @returns since when it is claimed: a worker may have died right after it
   * @throws ApplicationFailure why not
   */
  claim: (startedAt: number) => Promise<number>;
  /** Claimed or refused, whichever is written first. @returns the row */
  refuse: (failure: string) => Promise<HireRow>;
  /** The vehicle is free from then on; scheduled before it is done. @throws ApplicationFailure when it is too late to say so */
  takeBack: (back: Back) => Promise<unknown>;
}

/** The part that rides and rentals share: claim the vehicle, answer, wait for the return (K2, K3; B2, B3). */
export class Hire {
  /** Epoch milliseconds, as in its row once it is begun. */
  startedAt = Date.now();
  endedAt: number | undefined;

  constructor(
    private readonly saga: Saga<HireStatus>,
    lifecycle: Lifecycle<HireStatus, 'claim' | 'takeBack' | 'refuse'>,
    broughtBack: UpdateDefinition<void, [BringBack]>,
    private readonly steps: HireSteps,
  ) {
    saga.on(broughtBack, {
      // After a worker's death the customer may come back before the claim is heard of.
      before: () => condition(() => saga.status !== undefined),
      refuse: () => saga.status && refusedIn(lifecycle, 'takeBack', saga.status),
      act: (step, { location, spot, answerBy }) =>
        this.takeBack(step, { endedAt: Date.now(), location, ...(spot && { spot }), answerBy }),
    });
  }

  /** Claims the vehicle and answers. @returns whether the customer has it */
  begin(): Promise<boolean> {
    return this.saga.begin('RENTED', 'REFUSED', async (step) => {
      await step('claim', {
        undo: async ({ failure }) => {
          const { status, startedAt } = await this.steps.refuse(failure);
          this.startedAt = startedAt ?? this.startedAt;
          return status;
        },
        do: async () => {
          this.startedAt = await this.steps.claim(this.startedAt);
        },
      });
    });
  }

  /**
   * Waits for the vehicle. When an operator cancels the workflow it is taken back where it was rented.
   * @param until epoch milliseconds; for ever unless said
   * @param untilThat what happens then, for the Web UI
   * @returns whether it is back
   */
  async returned(until = Infinity, untilThat?: string): Promise<boolean> {
    const { saga } = this;
    await saga.wait('wait for the return', {
      while: () => saga.status === 'RENTED',
      until,
      ...(untilThat !== undefined && { untilThat }),
      onCancellation: async () => {
        saga.status = await saga.run((step) => this.takeBack(step, { endedAt: Date.now() }));
      },
    });
    return saga.status === 'RETURNED';
  }

  private async takeBack(step: Step<HireStatus>, back: Back): Promise<HireStatus> {
    await step('take it back', { do: () => this.steps.takeBack(back) });
    this.endedAt = back.endedAt;
    return 'RETURNED';
  }
}
