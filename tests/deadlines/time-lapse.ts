import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkerInterceptors } from '@temporalio/worker';
import type { Screening } from '../../activities/movie/reads';
import { type Service, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import { startWorkers, type Workers } from '../../workers/run';
import { toldOf } from '../../invariants/told';
import { SagaClient } from '../sagas/client';
import { silenceEngine, workflowBreaches } from '../sagas/harness';
import { orderFor, passFor, rentalFor, rideFor } from '../sagas/orders';
import { PostgresBackend, tableOf } from '../sagas/postgres';
import type { RentBike } from '../../workflows/bike/contract';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes';

/** temporal.api.enums.v1.IndexedValueType */
const KEYWORD = 2;
/** The clock may run while somebody asks. */
export const PATIENT_MS = 60_000;
const NOW_AND_THEN = { withinMs: 15_000, everyMs: 50 };

/** The server holds a call's deadline against its own clock, which may be days ahead: calls have none here. */
class TimelessClient extends Client {
  override withDeadline<T>(_deadline: number | Date, call: () => Promise<T>): Promise<T> {
    return call();
  }
}

/**
 * Sagas on PostgreSQL whose workflows live by a clock that skips ahead. Activities and PostgreSQL keep the real time, which
 * is never ahead of it.
 */
export class TimeLapse {
  readonly client: SagaClient;
  private readonly working = new Map<Service, Workers>();

  private constructor(
    readonly backend: PostgresBackend,
    private readonly env: TestWorkflowEnvironment,
  ) {
    // Not the environment's own client, whose calls have deadlines by this machine's clock.
    this.client = new SagaClient(new TimelessClient({ connection: env.connection }), () => this.now());
  }

  static async open(services: readonly Service[] = SERVICES): Promise<TimeLapse> {
    silenceEngine();
    const backend = await PostgresBackend.open();
    const path = process.env.TEST_TIME_SKIPPING_SERVER ?? '';
    const begin = () =>
      TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
    // It is given 5 s to start, which on a busy machine may be too few.
    const env = await begin().catch(begin).catch(begin);
    await env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, KEYWORD])),
    });
    const lapse = new TimeLapse(backend, env);
    for (const service of services) await lapse.serve(service);
    return lapse;
  }

  /** Epoch milliseconds. */
  now(): Promise<number> {
    return this.env.currentTimeMs();
  }

  async passes(ms: number): Promise<void> {
    await this.env.sleep(ms);
  }

  /** Waits until a step of a workflow is asked for that nobody is there to do. */
  async isAskedFor(id: string): Promise<void> {
    const asked = async () =>
      ((await this.client.workflow(id).describe()).raw.pendingActivities ?? []).length > 0;
    if (!(await until(asked, NOW_AND_THEN))) throw new Error(`${id} asks for nothing`);
  }

  /**
   * The clock stands still for a step that waits for its worker, unless it is told to go on regardless: there must be
   * such a step by then.
   */
  async passesWithout(service: Service, ms: number): Promise<void> {
    if (this.working.has(service)) throw new Error(`${service} is up`);
    const { testService } = this.env.connection;
    await testService?.unlockTimeSkipping({});
    await this.env.sleep(ms);
    await testService?.lockTimeSkipping({});
  }

  async comes(moment: Date, plusMs = 0): Promise<void> {
    await this.passes(moment.getTime() + plusMs - (await this.now()));
  }

  async serve(service: Service, interceptors?: WorkerInterceptors): Promise<void> {
    const { config } = this.backend;
    // Nothing kept between tasks: each is a replay, and a worker that leaves takes no workflow along.
    const temporal = {
      address: this.env.address,
      namespace: 'default',
      maxCachedWorkflows: 0,
      metricsAddress: undefined,
    };
    this.working.set(service, await startWorkers([service], { ...config, temporal }, interceptors));
  }

  async rest(service: Service): Promise<void> {
    const workers = this.working.get(service);
    workers?.stop();
    await workers?.done;
    this.working.delete(service);
  }

  async screening(times: { startsInMs?: number; lastsMs?: number } = {}): Promise<Screening> {
    return this.backend.screening({ ...times, from: await this.now() });
  }

  /** A booking that stands. @returns its id */
  async booked(screening: Screening, token = 'tok_ok'): Promise<string> {
    const order = orderFor(screening, { token, answerBy: (await this.now()) + PATIENT_MS });
    return begun(order.id, this.client.book(order));
  }

  async ride(): Promise<string> {
    const pass = passFor();
    const [kickboardId] = await Promise.all([this.backend.kickboard(), this.backend.bought(pass)]);
    const answerBy = (await this.now()) + PATIENT_MS;
    const order = rideFor({ customer: pass.customer, kickboardId, passId: pass.id }, answerBy);
    return begun(order.id, this.client.ride(order));
  }

  /** A rental of a customer with so much in the deposit. @returns its id */
  async rental(deposit: number): Promise<RentBike> {
    const order = rentalFor(await this.backend.bike(), { answerBy: (await this.now()) + PATIENT_MS });
    if (deposit > 0) await this.backend.deposit(order.customer, deposit);
    await begun(order.id, this.client.rent(order));
    return order;
  }

  async ticketIssued(id: string): Promise<boolean> {
    const issued = () =>
      this.backend.db('movie.bookings').where({ id, ticket: 'ISSUED' }).first<object | undefined>();
    return until(async () => (await issued()) !== undefined, NOW_AND_THEN);
  }

  statusOf(id: string): Promise<string | undefined> {
    return this.backend.statusOf(id);
  }

  /** What was told of a ride, in order. */
  told(ride: string): Promise<string> {
    return this.toldOf('kickboard', ride);
  }

  /** The names of a thing's events, in order. */
  async toldOf(domain: string, id: string): Promise<string> {
    return (await toldOf(this.backend.db, domain, [id])).get(id) ?? '';
  }

  async seatsOf(id: string): Promise<string[]> {
    return this.backend.db('movie.seat_claims').where({ booking_id: id }).pluck<string[]>('status');
  }

  /** Lets time pass until a workflow ends, for all others too. @returns its result */
  resultOf(id: string): Promise<unknown> {
    return this.env.client.workflow.getHandle(id).result();
  }

  /** Waits for the end of a workflow, while the clock stands still. */
  ends(id: string): Promise<boolean> {
    const over = async () => (await this.client.workflow(id).describe()).status.name === 'COMPLETED';
    return until(over, NOW_AND_THEN);
  }

  /** Laws that it breaks, and what is wrong with its workflow. */
  async breaches(id: string): Promise<string[]> {
    const laws = await this.backend.judge([id], { engine: false });
    const status = (await this.backend.db(tableOf(id)).where({ id }).first<{ status: string }>('status'))
      .status;
    const history = await this.client.workflow(id).fetchHistory();
    return [...(laws.get(id) ?? []), ...workflowBreaches(id, status, history)];
  }

  async events(id: string): Promise<number> {
    return (await this.client.workflow(id).fetchHistory()).events?.length ?? 0;
  }

  async close(): Promise<void> {
    for (const service of [...this.working.keys()]) await this.rest(service);
    await this.env.teardown();
    await this.backend.close();
  }
}

async function begun(id: string, answer: Promise<string>): Promise<string> {
  const heard = await answer;
  if (heard !== 'done') throw new Error(heard);
  return id;
}
