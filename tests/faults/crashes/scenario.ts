import type { Service } from '../../../config';
import { HARU_CUSTOMER } from '../../../workflows/search-attributes';
import type { Fleet } from '../../fleet';
import type { Kitchen } from '../../kitchen';
import type { Answer, TestClient } from '../../test-client';
import type { TestStack } from '../../test-stack';
import type { Failure } from '../crashing-worker';

/** What all scenarios share. */
export interface Setting {
  stack: TestStack;
  fleet: Fleet;
  kitchen: Kitchen;
  admin: TestClient;
  staff: TestClient;
}

export interface Play extends Setting {
  /** Customer and manager, of this play alone. */
  customer: TestClient;
}

/** Sends what the crash interrupts. @returns what the customer is answered, where one asked */
export type Ask = () => Promise<Answer | undefined>;

export interface Scenario {
  name: string;
  /** Steps of the service that fail, so that the one that is crashed is reached. */
  fails?: Record<string, Failure>;
  /** An act on a running saga: where it would be refused (503), it may have been accepted and be under way (202). */
  isAct?: true;
  /** Brings about all that comes before, by workers that are still alive. */
  prepare: (play: Play) => Promise<Ask>;
  /** How it stands. */
  end: (play: Play) => Promise<string>;
}

/** Statuses of the answer, one of which is given; none where nobody asks. */
type Answers = number | number[] | 'none';

/** What a crash comes to. */
export type Outcome = [answer: Answers, end: string];

/** The step before or after which its worker is killed, in the middle of what, and what comes of both. */
export type Row = [service: Service, step: string, scenario: Scenario, before: Outcome, after: Outcome];

/** The statuses of all that this customer ever had of a kind: of one thing. */
export const statusIn =
  (table: string, whose: 'customer' | 'manager' = 'customer'): Scenario['end'] =>
  async ({ stack, customer }) =>
    (
      await stack
        .db(table)
        .where({ [whose]: customer.user })
        .pluck<string[]>('status')
    ).join();

/** Starts a workflow as the API would, for nobody who waits for an answer. */
export async function start(
  { stack, customer }: Play,
  taskQueue: Service,
  workflow: string,
  workflowId: string,
  args: unknown[],
): Promise<void> {
  const typedSearchAttributes = [{ key: HARU_CUSTOMER, value: customer.user }];
  const { workflow: workflows } = await stack.temporal;
  await workflows.start(workflow, { taskQueue, workflowId, args, typedSearchAttributes });
}
