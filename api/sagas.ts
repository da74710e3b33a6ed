import {
  type Client,
  QueryNotRegisteredError,
  type Workflow,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type WorkflowUpdateHandle,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { type Config, type Service, SERVICES } from '../config';
import { progress, type StepView } from '../workflows/progress';
import { foundBy } from '../workflows/search-attributes';
import type { Ask } from '../workflows/saga';
import { downOf } from '../workflows/services';
import { Admission, TurnedAway } from './admission';
import { type Beginning, type Making, startOf, startOfSuccessor, type Successor } from './beginning';
import { Circuits } from './circuits';
import type { Operation } from './idempotency';
import { outcomeOf, OutcomeUnknown, UnderWay } from './outages';
import { Problem } from './problems';
import { NoAnswer } from './reach';

/** Past `answerBy` a worker takes nothing up any more; so long an answer may then still be on its way. */
const ON_ITS_WAY_MS = 400;
/** What a worker took up in time is waited for this much longer; then it is said to be under way. */
const TAKEN_UP_MS = 15_000;
/** So long an update that was asked for before may take to answer that it is under way. */
const JOINED_WITHIN_MS = 1_000;

/** So long the engine may take to note that a workflow is to start. */
const HANDED_OVER_MS = 4_000;

/** No call is waited for longer; also keeps a far deadline from overflowing the timer. */
const LONGEST_WAIT_MS = 60_000;

/** How the API starts and asks workflows: admitted, within the time, every outcome a Problem or done. */
export class Sagas {
  /** Apart: where acts on running things wait for a service that is down, new things still begin, and the reverse. */
  private readonly admission: Record<'starting' | 'acting', Record<Service, Admission>>;
  private readonly circuits: Circuits;

  constructor(
    private readonly client: Client,
    config: Pick<Config, 'admission' | 'breaker' | 'bikeLimits'>,
    /** Aborted when this process can wait for answers no longer: the same Idempotency-Key gets them elsewhere. */
    private readonly leaving: AbortSignal = new AbortController().signal,
  ) {
    const doors = (answersAtEnd: boolean) =>
      Object.fromEntries(
        SERVICES.map((service) => [service, new Admission(config.admission, answersAtEnd)] as const),
      ) as Record<Service, Admission>;
    this.admission = { starting: doors(true), acting: doors(false) };
    this.circuits = new Circuits(config);
  }

  /** Of what may be overloaded, as this process sees it. */
  circuitStates = () => this.circuits.states();

  /**
   * Starts a saga and waits for its answer: one round trip. When it resolves, the saga's own table tells how it
   * stands: where no answer came in time, refused for good unless it had been done by then.
   * @throws Problem the saga's refusal
   */
  async begin<W extends Workflow>(saga: Beginning<W>, operation: Operation): Promise<void> {
    const { answerBy, askedBefore } = operation;
    try {
      await this.admitted('starting', saga.service, operation, () =>
        this.circuits.through(saga.circuit, () => this.start(saga, operation)),
      );
    } catch (error) {
      // Begun before and past its time, it may hold what the next attempt wants.
      const late = askedBefore && Date.now() >= answerBy;
      if (!(error instanceof OutcomeUnknown || late)) throw error;
      await saga.refuse(downOf(saga.service));
    }
  }

  /**
   * Makes a thing by its saga, once for the operation: asked again, it looks first at what came of the attempt before.
   * @returns its row; undefined where none was made
   * @throws Problem the saga's refusal, or why `saga` starts none
   */
  async make<Row, W extends Workflow>(
    operation: Operation,
    { read, isOpen = () => false, saga }: Making<Row, W>,
  ): Promise<Row | undefined> {
    const { thingId, askedBefore } = operation;
    const before = askedBefore ? await read(thingId) : undefined;
    if (before !== undefined && !isOpen(before)) return before;
    await this.begin(await saga(), operation);
    return read(thingId);
  }

  private async start<W extends Workflow>(saga: Beginning<W>, operation: Operation): Promise<void> {
    const { thingId, answerBy } = operation;
    try {
      await this.inTime(answerBy + ON_ITS_WAY_MS, () =>
        this.client.workflow.executeUpdateWithStart(saga.answer, {
          updateId: attemptOf(saga.answer, operation),
          startWorkflowOperation: startOf(saga, thingId),
        }),
      );
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) throw new OutcomeUnknown();
      throw outcomeOf(error);
    }
  }

  /**
   * Asks a running workflow to do something, and waits for its answer.
   * @param what goes with the question
   * @param otherwise what is started, and asked, where that workflow does not run any more
   * @throws Problem the refusal; OutcomeUnknown when it was not taken up in time, and so never will be, or when its
   *   workflow ended: the domain's table tells which; UnderWay
   */
  async ask<A extends Ask>(
    service: Service,
    workflowId: string,
    update: UpdateDefinition<void, [A]>,
    operation: Operation,
    what: Omit<A, keyof Ask>,
    otherwise?: Successor,
  ): Promise<void> {
    const { answerBy, askedBefore } = operation;
    const until = askedBefore ? Math.max(answerBy, Date.now() + JOINED_WITHIN_MS) : answerBy;
    const attempt = attemptOf(update, operation);
    const workflow = this.client.workflow.getHandle(workflowId);
    const question = {
      updateId: attempt,
      waitForStage: 'ACCEPTED',
      args: [{ ...what, key: attempt, answerBy } as A] as [A],
    } as const;
    await this.admitted('acting', service, { ...operation, answerBy: until }, async () => {
      let accepted = false;
      try {
        const asked = await this.inTime(until + ON_ITS_WAY_MS, async () => {
          try {
            return await workflow.startUpdate(update, question);
          } catch (error) {
            if (!otherwise || !(error instanceof WorkflowNotFoundError)) throw error;
            return this.askSuccessor(service, update, question, otherwise);
          }
        });
        accepted = true;
        await this.inTime(Date.now() + TAKEN_UP_MS, () => asked.result());
      } catch (error) {
        const outcome = outcomeOf(error);
        const isOver = error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError;
        throw accepted && !isOver && outcome instanceof OutcomeUnknown ? new UnderWay() : outcome;
      }
    });
  }

  private askSuccessor<A extends Ask>(
    service: Service,
    update: UpdateDefinition<void, [A]>,
    question: { updateId: string; waitForStage: 'ACCEPTED'; args: [A] },
    successor: Successor,
  ): Promise<WorkflowUpdateHandle<void>> {
    return this.client.workflow.startUpdateWithStart(update, {
      ...question,
      startWorkflowOperation: startOfSuccessor(service, successor),
    });
  }

  /**
   * Starts a workflow that nobody waits for; one that runs under that id goes on.
   * @throws Problem unavailable: whoever asked has to ask again
   */
  async handOver(service: Service, workflow: string, workflowId: string, args: unknown[]): Promise<void> {
    const start = () =>
      this.client.workflow.start(workflow, {
        workflowId,
        taskQueue: service,
        args,
        workflowIdConflictPolicy: 'USE_EXISTING',
        typedSearchAttributes: foundBy(service),
      });
    try {
      await this.inTime(Date.now() + HANDED_OVER_MS, start);
    } catch (error) {
      throw outcomeOf(error) instanceof OutcomeUnknown ? new Problem('unavailable') : error;
    }
  }

  /**
   * What became of an attempt: it ended, no worker ever took it up, or nobody can say.
   * @throws Problem its refusal
   */
  async fateOf(
    workflowId: string,
    update: { name: string },
    operation: Operation,
  ): Promise<'ended' | 'never' | 'unknown'> {
    const asked = this.client.workflow.getHandle(workflowId).getUpdateHandle(attemptOf(update, operation));
    try {
      await this.inTime(Date.now() + 1_000, () => asked.result());
      return 'ended';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'never';
      const outcome = outcomeOf(error);
      if (outcome instanceof OutcomeUnknown) return 'unknown';
      throw outcome;
    }
  }

  /**
   * What a workflow has done, does and waits for.
   * @throws Problem `history-expired` once the engine has dropped it, or that the service is down
   */
  async progress(service: Service, workflowId: string): Promise<StepView[]> {
    const workflow = this.client.workflow.getHandle(workflowId);
    try {
      return await this.inTime(Date.now() + 4_000, () => workflow.query(progress));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw new Problem('history-expired');
      if (outcomeOf(error) instanceof OutcomeUnknown || error instanceof QueryNotRegisteredError)
        throw new Problem(downOf(service));
      throw error;
    }
  }

  /**
   * Asks the engine until then (epoch milliseconds): while it is away the SDK sleeps between its tries, past any
   * deadline of the call.
   */
  private async inTime<T>(until: number, ask: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    let leave = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new OutcomeUnknown()),
        Math.min(Math.max(until - Date.now(), 0), LONGEST_WAIT_MS),
      );
      leave = () => reject(new NoAnswer('unavailable'));
      if (this.leaving.aborted) leave();
      this.leaving.addEventListener('abort', leave);
    });
    try {
      return await Promise.race([this.client.withDeadline(until, ask), late]);
    } finally {
      clearTimeout(timer);
      this.leaving.removeEventListener('abort', leave);
    }
  }

  private async admitted(
    kind: 'starting' | 'acting',
    service: Service,
    operation: Operation,
    run: () => Promise<void>,
  ): Promise<void> {
    try {
      await this.admission[kind][service].run(operation, run);
    } catch (error) {
      throw error instanceof TurnedAway ? new Problem(downOf(service)) : error;
    }
  }
}

/**
 * One attempt at an update. A key belongs to its path: the same one may cancel and collect. After a 503 it is free
 * again, and the attempt that then follows, known by its own time, must not get the old one's answer.
 */
const attemptOf = (update: { name: string }, { key, answerBy }: Operation) =>
  `${update.name}/${key}/${answerBy}`;
