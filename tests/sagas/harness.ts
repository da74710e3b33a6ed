import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter, WorkflowNotFoundError } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { type Service, SERVICES } from '../../config';
import { DATA_CONVERTER } from '../../data-converter';
import { pause, until } from '../../engine/wait';
import { isOpenStatus, resultBreach } from '../../invariants/engine';
import { workflowBundle } from '../../workers/bundle';
import { startWorkers } from '../../workers/run';
import type { ConvertPoints } from '../../workflows/bike/contract';
import type { PaymentMeans } from '../../workflows/payment/contract';
import type { Backend, Times } from './backend';
import { SagaClient } from './client';
import { Faults } from './faults';
import { MemoryBackend } from './memory';
import { kindOf } from './kinds';
import { mealFor, orderFor, topUpFor } from './orders';
import { PostgresBackend } from './postgres';
import { Replays } from './replays';
import { stackEnvironment } from '../test-stack';

/** Services on whose queue no workflow runs. */
const ACTIVITIES_ONLY: readonly Service[] = ['boxoffice', 'billing'];
const PATIENT_MS = 30_000;
const SOON = { withinMs: PATIENT_MS, everyMs: 20 };
const ENDS = ['Completed', 'Failed', 'Canceled', 'Terminated', 'TimedOut', 'ContinuedAsNew'] as const;
/** Not a failure of the workflow's: a message arrived as it was ending, and it is asked once more. */
const UNHANDLED_COMMAND = 1;

/** Of a case whose saga never came to what it was to suffer. */
export const NOT_STRUCK = 'the fault did not strike';

let quiet = false;

/** Silences the engine's log, for what goes wrong here goes wrong on purpose. Before any worker is made. */
export function silenceEngine(): void {
  if (quiet) return;
  quiet = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: 'ERROR' } },
  });
}

/** How a saga ended: its status, and everything that is wrong with its workflow or the laws that it breaks. */
export interface End {
  status: string | undefined;
  breaches: string[];
}

/** Real workflows whose steps go wrong as planned. */
export class FaultHarness<B extends Backend = Backend> {
  private constructor(
    readonly backend: B,
    readonly client: SagaClient,
    readonly faults: Faults,
    private readonly replays: Replays,
    private readonly stop: () => Promise<void>,
  ) {}

  /** Workflow logic alone: steps in memory, on the real Temporal server, in a namespace of its own. */
  static async inMemory(): Promise<FaultHarness<MemoryBackend>> {
    silenceEngine();
    const backend = new MemoryBackend();
    const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace = '' } = await stackEnvironment();
    const clientConnection = await Connection.connect({ address });
    const client = new SagaClient(new Client({ connection: clientConnection, namespace }));
    const faults = faultsOf(client, backend);
    const codePath = await workflowBundle(process.env.TEST_HOME ?? '');
    const connection = await NativeConnection.connect({ address });
    const workers = await Promise.all(
      SERVICES.map((taskQueue) =>
        Worker.create({
          connection,
          namespace,
          dataConverter: DATA_CONVERTER,
          taskQueue,
          activities: backend.activities[taskQueue],
          ...(!ACTIVITIES_ONLY.includes(taskQueue) && {
            workflowBundle: { codePath },
            workflowThreadPoolSize: 1,
          }),
          interceptors: faults.interceptors,
          maxCachedWorkflows: 2_000,
        }),
      ),
    );
    const running = Promise.all(workers.map((worker) => worker.run()));
    return new FaultHarness(backend, client, faults, new Replays(codePath), async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await connection.close();
      await clientConnection.close();
      await backend.close();
    });
  }

  /** The product's own steps on PostgreSQL, with the provider behind HTTP, on the real Temporal server. */
  static async onPostgres(
    settings: Record<string, string> = {},
    services: readonly Service[] = SERVICES,
  ): Promise<FaultHarness<PostgresBackend>> {
    const backend = await PostgresBackend.open(settings);
    silenceEngine();
    const client = new SagaClient(await backend.temporal());
    const faults = faultsOf(client, backend);
    const workers = await startWorkers(services, backend.config, faults.interceptors);
    const replays = new Replays(await workflowBundle(backend.config.home));
    return new FaultHarness(backend, client, faults, replays, async () => {
      workers.stop();
      await workers.done;
      await client.client.connection.close();
      await backend.close();
    });
  }

  async close(): Promise<void> {
    await this.replays.close();
    await this.stop();
  }

  /** Resolves once the engine has answered a question that it looks up. */
  async engineAnswers(): Promise<void> {
    await this.client
      .workflow('nobody')
      .describe()
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }

  /** A booking that stands, its ticket issued. @returns its id */
  async booked(times?: Times): Promise<string> {
    const screening = await this.backend.screening(times);
    const order = orderFor(screening, { answerBy: Date.now() + PATIENT_MS });
    await mustBeDone(this.client.book(order));
    if (!(await until(() => this.backend.waits(order.id, false), SOON))) throw new Error('no ticket');
    return order.id;
  }

  /** An order that is on its way to its customer. @returns its id */
  async delivering(payment?: PaymentMeans): Promise<string> {
    const order = mealFor({ answerBy: Date.now() + PATIENT_MS, ...(payment && { payment }) });
    await mustBeDone(this.client.order(order));
    if (!(await until(() => this.backend.waits(order.id, false), SOON))) throw new Error('not on its way');
    return order.id;
  }

  /**
   * Converts points as the API does: where payment was not to be had, the one place that knows says whether it
   * credited them, and it never will after that.
   */
  async converted(order: ConvertPoints): Promise<string> {
    const answer = await this.client.convert(order);
    if (answer !== 'payment-unavailable' && answer !== 'undecided') return answer;
    return (await this.backend.creditOf(order)) === 'CREDITED' ? 'done' : answer;
  }

  /** Waits until a saga has ended or waits for its customer. @returns false when it does neither */
  async rests(id: string): Promise<boolean> {
    // What hangs is done late, when it is given up on: the end must hold after that too.
    await until(() => !this.faults.busy(id), SOON);
    const listening = new AbortController();
    const result = this.client.client.withAbortSignal(listening.signal, () =>
      this.client.workflow(id).result(),
    );
    const ended = result.then(isOver, isOver);
    const giveUpAt = performance.now() + 45_000;
    try {
      while (performance.now() < giveUpAt) {
        if (await this.waits(id)) return true;
        if ((await Promise.race([ended, pause(100)])) === 'over') return true;
      }
      return false;
    } finally {
      listening.abort();
    }
  }

  /** Waits for a saga to come to rest, and judges it alone. */
  async end(id: string): Promise<End> {
    const { status, breaches, history } = await this.workflowEnd(id);
    const laws = (await this.backend.judge([id])).get(id) ?? [];
    return { status, breaches: [...breaches, ...laws, ...(await this.replayed(id, history))] };
  }

  /** What is wrong with a history when a worker follows it a second time. */
  replayed(id: string, history: History): Promise<string[]> {
    return this.replays.breachesOf(history, id);
  }

  /** Waits for a saga to come to rest. @returns its status, what is wrong with its workflow, and the history of that */
  async workflowEnd(id: string): Promise<End & { history: History }> {
    const rested = await this.rests(id);
    const history = await this.client.workflow(id).fetchHistory();
    const status = await this.backend.statusOf(id);
    return {
      status,
      breaches: [
        ...(rested ? [] : ['it does not come to rest']),
        ...workflowBreaches(id, rowStatusOf(status), history),
        ...this.faults.left(id).map((step) => `${NOT_STRUCK}: ${step}`),
      ],
      history,
    };
  }

  private async waits(id: string): Promise<boolean> {
    if (!(await this.backend.waits(id, false))) return false;
    const { status, raw } = await this.client.workflow(id).describe();
    if (status.name !== 'RUNNING') return true;
    if (raw.pendingWorkflowTask || raw.pendingActivities?.length) return false;
    return this.backend.waits(id, this.client.withdrawn.has(id));
  }
}

const isOver = () => 'over' as const;

/** A rental's own status; the backend tells that of its bill once it is back. */
const rowStatusOf = (status: string | undefined) =>
  status === 'CLOSED' || status === 'UNPAID' ? 'RETURNED' : (status ?? 'none');

const faultsOf = (client: SagaClient, backend: Backend): Faults =>
  new Faults({
    cancel: (id) => client.withdraw(id),
    topUp: async (rental) => {
      const customer = await backend.customerOf(rental);
      const order = topUpFor({ customer, answerBy: Date.now() + PATIENT_MS });
      await client.topUp(order);
      await client.workflow(order.id).result();
    },
  });

async function mustBeDone(answer: Promise<string>): Promise<void> {
  const heard = await answer;
  if (heard !== 'done') throw new Error(`set-up was answered: ${heard}`);
}

/** What is wrong between a workflow and its row, and with its tasks. A search for a courier has no row of its own. */
export function workflowBreaches(id: string, status: string, { events }: History): string[] {
  const last = events?.at(-1);
  const end = last && ENDS.find((name) => last[`workflowExecution${name}EventAttributes`]);
  const [payload] = last?.workflowExecutionCompletedEventAttributes?.result?.payloads ?? [];
  const wrong = {
    open:
      end === undefined && !isOpenStatus(id, status) && status !== 'RETURNED'
        ? [`its workflow runs on, and it is ${status}`]
        : [],
    closed: end !== undefined && end !== 'Completed' ? [`its workflow ended as ${end}`] : [],
    result:
      payload && kindOf(id) !== 'dlv'
        ? resultBreach(id, status, defaultPayloadConverter.fromPayload(payload))
        : [],
  };
  const tasks = (events ?? [])
    .flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed ?? [])
    .filter(({ cause }) => Number(cause) !== UNHANDLED_COMMAND)
    .map(({ failure }) => `its workflow's task failed: ${failure?.message ?? ''}`);
  return [...wrong.open, ...wrong.closed, ...wrong.result.map(({ breach }) => breach), ...tasks];
}
