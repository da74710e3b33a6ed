import { Worker } from '@temporalio/worker';
import { until } from '../../engine/wait';
import { workflowBundle } from '../../workers/bundle';
import { startWorkers, type Workers } from '../../workers/run';
import { installRuntime } from '../../workers/runtime';
import { SERVICES } from '../../config';
import { Desk, orderFor } from './desk';
import { Faults, type Way } from './faults';
import { breachesOf } from './lawful';
import { Stage } from './stage';

/** A stage with every worker in this process, whose steps go wrong as planned. */
export class Theatre {
  private constructor(
    readonly stage: Stage,
    readonly desk: Desk,
    readonly faults: Faults,
    private readonly workers: Workers,
  ) {}

  static async open(): Promise<Theatre> {
    const stage = await Stage.build();
    installRuntime(stage.config);
    const desk = new Desk(await stage.temporal());
    const faults = new Faults((id) => desk.workflow(id).cancel());
    return new Theatre(stage, desk, faults, await startWorkers(SERVICES, stage.config, faults.interceptors));
  }

  async close(): Promise<void> {
    this.workers.stop();
    await this.workers.done;
    await this.desk.client.connection.close();
    await this.stage.strike();
  }

  /** A booking that stands, its ticket issued. @returns its id */
  async booked(screening?: Parameters<Stage['screening']>[0]): Promise<string> {
    const order = orderFor(await this.stage.screening(screening));
    const answer = await this.desk.book(order);
    if (answer !== 'done') throw new Error(answer);
    const issued = () =>
      this.stage.db('movie.bookings').where({ id: order.id, ticket: 'ISSUED' }).first<object | undefined>();
    if (!(await until(async () => (await issued()) !== undefined, { withinMs: 10_000, everyMs: 20 })))
      throw new Error('no ticket');
    return order.id;
  }

  async statusOf(id: string): Promise<string | undefined> {
    const row = await this.stage
      .db('movie.bookings')
      .where({ id })
      .first<{ status: string } | undefined>('status');
    return row?.status;
  }

  /** Waits for the booking to come to rest. @returns its status, and everything that is wrong with it */
  async end(id: string): Promise<{ status: string | undefined; breaches: string[] }> {
    const breaches = await breachesOf(this.stage, this.desk, id);
    const passedBy = this.faults.left(id).map((step) => `the drill passed by: ${step}`);
    return {
      status: await this.statusOf(id),
      breaches: [...breaches, ...passedBy, ...(await this.replay(id))],
    };
  }

  /** A history that a worker cannot follow a second time would break at the next restart. */
  private async replay(id: string): Promise<string[]> {
    const bundle = { codePath: await workflowBundle(this.stage.config.home) };
    const history = await this.desk.workflow(id).fetchHistory();
    try {
      await Worker.runReplayHistory({ workflowBundle: bundle }, history, id);
      return [];
    } catch (error) {
      return [`its history cannot be replayed: ${String(error)}`];
    }
  }
}

/** What is done with a booking while one of its steps goes wrong. `drill` plans that, once the id is known. */
export type Act = (theatre: Theatre, drill: (id: string) => void) => Promise<string>;

/** @param before what goes wrong anyway: [step, way, refusal] */
export const acts = (...before: [step: string, way: Way, refusal?: string][]) => {
  const set = (theatre: Theatre, id: string) =>
    before.forEach(([step, way, refusal]) => theatre.faults.plan(id, step, way, refusal ? { refusal } : {}));
  const afterwards =
    (
      what: (theatre: Theatre, id: string) => Promise<unknown>,
      screening?: Parameters<Stage['screening']>[0],
    ): Act =>
    async (theatre, drill) => {
      const id = await theatre.booked(screening);
      set(theatre, id);
      drill(id);
      await what(theatre, id);
      return id;
    };
  return {
    book: async (theatre: Theatre, drill: (id: string) => void) => {
      const order = orderFor(await theatre.stage.screening());
      set(theatre, order.id);
      drill(order.id);
      await theatre.desk.book(order);
      return order.id;
    },
    cancel: afterwards(({ desk }, id) => desk.cancel(id)),
    collect: afterwards(({ desk }, id) => desk.collect(id)),
    withdraw: afterwards(({ desk }, id) => desk.workflow(id).cancel()),
    seeItEnd: afterwards(() => Promise.resolve(), { startsInMs: 2_000, lastsMs: 1_000 }),
  } satisfies Record<string, Act>;
};
