import { type Workflow, WithStartWorkflowOperation } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { Service } from '../config';
import { foundBy } from '../workflows/search-attributes';
import type { Down } from '../workflows/services';
import type { Circuit } from './circuits';

/** A saga to begin; `answer` is the update that resolves when the customer's part is decided. */
export interface Beginning<W extends Workflow> {
  service: Service;
  /** Name of the workflow's type. */
  workflow: string;
  args: Parameters<W>;
  answer: UpdateDefinition<void>;
  customer: string;
  /** What it needs that may be overloaded: while that is so it is refused at once. */
  circuit?: Circuit;
  /** Marks it refused, so that a late worker cannot complete it. @param failure that its service is down */
  refuse: (failure: Down) => Promise<unknown>;
  /** One line for the Web UI. */
  summary: string;
  /** What it is about, for its page there: nothing that a stranger may not read. */
  about: Readonly<Record<string, string | number>>;
}

/** Sees to what another workflow has left. */
export interface Successor {
  workflowId: string;
  /** Name of the workflow's type. */
  workflow: string;
  args: string[];
}

/** A thing that is made by a saga. */
export interface Making<Row, W extends Workflow> {
  read: (id: string) => Promise<Row | undefined>;
  /** Whether its row is there, and neither made nor refused. */
  isOpen?: (row: Row) => boolean;
  /** What can be seen beforehand starts no saga. @throws Problem why it starts none */
  saga: () => Beginning<W> | Promise<Beginning<W>>;
}

/** How a saga is started, as the workflow of that id. */
export const startOf = <W extends Workflow>(
  { service, workflow, args, customer, summary, about }: Beginning<W>,
  workflowId: string,
) =>
  new WithStartWorkflowOperation<Workflow>(workflow, {
    workflowId,
    taskQueue: service,
    args,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    typedSearchAttributes: foundBy(service, customer),
    staticSummary: summary,
    staticDetails: Object.entries({ ...about, customer })
      .map(([what, value]) => `- **${what}**: ${value}`)
      .join('\n'),
  });

/** A workflow of the same id may have ended before. */
export const startOfSuccessor = (service: Service, { workflow, workflowId, args }: Successor) =>
  new WithStartWorkflowOperation<Workflow>(workflow, {
    workflowId,
    taskQueue: service,
    args,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: foundBy(service),
  });
