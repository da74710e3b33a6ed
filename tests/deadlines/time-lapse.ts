import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Screening } from '../../activities/movie/reads';
import { type Service, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import { startWorkers, type Workers } from '../../workers/run';
import { Desk, orderFor } from '../sagas/desk';
import { breachesNow } from '../sagas/lawful';
import { Stage } from '../sagas/stage';
import { quietly } from '../sagas/theatre';

const NOW_AND_THEN = { withinMs: 15_000, everyMs: 50 };

/**
 * A stage whose workflows live by a clock that skips ahead. Activities and PostgreSQL keep the real time, which
 * is never ahead of it.
 */
export class TimeLapse {
  readonly desk: Desk;
  private readonly working = new Map<Service, Workers>();

  private constructor(
    readonly stage: Stage,
    private readonly env: TestWorkflowEnvironment,
  ) {
    this.desk = new Desk(env.client, () => this.now(), false);
  }

  static async open(services: readonly Service[] = SERVICES): Promise<TimeLapse> {
    quietly();
    const stage = await Stage.build();
    const env = await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: process.env.TEST_TIME_SKIPPING_SERVER ?? '' } },
    });
    const lapse = new TimeLapse(stage, env);
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

  /** The clock stands still for a step that waits for its worker, unless it is told to go on regardless. */
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

  async serve(service: Service): Promise<void> {
    const { config } = this.stage;
    // Nothing kept between tasks: each is a replay, and a worker that leaves takes no workflow along.
    const temporal = {
      address: this.env.address,
      namespace: 'default',
      maxCachedWorkflows: 0,
      metricsAddress: undefined,
    };
    this.working.set(service, await startWorkers([service], { ...config, temporal }));
  }

  async rest(service: Service): Promise<void> {
    const workers = this.working.get(service);
    workers?.stop();
    await workers?.done;
    this.working.delete(service);
  }

  async screening(times: { startsInMs?: number; lastsMs?: number } = {}): Promise<Screening> {
    return this.stage.screening({ ...times, from: await this.now() });
  }

  /** A booking that stands. @returns its id */
  async booked(screening: Screening, token = 'tok_ok'): Promise<string> {
    const order = orderFor(screening, { token, answerBy: (await this.now()) + 4_500 });
    const answer = await this.desk.book(order);
    if (answer !== 'done') throw new Error(answer);
    return order.id;
  }

  async ticketIssued(id: string): Promise<boolean> {
    const issued = () =>
      this.stage.db('movie.bookings').where({ id, ticket: 'ISSUED' }).first<object | undefined>();
    return until(async () => (await issued()) !== undefined, NOW_AND_THEN);
  }

  async statusOf(id: string): Promise<string | undefined> {
    const row = await this.stage
      .db('movie.bookings')
      .where({ id })
      .first<{ status: string } | undefined>('status');
    return row?.status;
  }

  async seatsOf(id: string): Promise<string[]> {
    return this.stage.db('movie.seat_claims').where({ booking_id: id }).pluck<string[]>('status');
  }

  breaches(id: string): Promise<string[]> {
    return breachesNow(this.stage, this.desk, id);
  }

  async events(id: string): Promise<number> {
    return (await this.desk.workflow(id).fetchHistory()).events?.length ?? 0;
  }

  async close(): Promise<void> {
    for (const service of [...this.working.keys()]) await this.rest(service);
    await this.env.teardown();
    await this.stage.strike();
  }
}
