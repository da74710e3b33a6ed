import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { until } from '../../engine/wait';
import { workflowBundle } from '../../workers/bundle';
import { startWorkers, type Workers } from '../../workers/run';
import { SERVICES } from '../../config';
import { Desk, orderFor } from './desk';
import { Faults } from './faults';
import { breachesNow, breachesOf } from './lawful';
import { Stage } from './stage';

/** What goes wrong here goes wrong on purpose; called before any worker is made. */
export function quietly(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: 'ERROR' } },
  });
}

/** A stage with every worker in this process, whose steps go wrong as planned. */
export class Theatre {
  private constructor(
    readonly stage: Stage,
    readonly desk: Desk,
    readonly faults: Faults,
    private readonly workers: Workers,
    private readonly codePath: string,
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<Theatre> {
    const stage = await Stage.build(settings);
    quietly();
    const desk = new Desk(await stage.temporal());
    const faults = new Faults((id) => desk.workflow(id).cancel());
    const workers = await startWorkers(SERVICES, stage.config, faults.interceptors);
    return new Theatre(stage, desk, faults, workers, await workflowBundle(stage.config.home));
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
      .db(id.startsWith('top_') ? 'payment.top_ups' : 'movie.bookings')
      .where({ id })
      .first<{ status: string } | undefined>('status');
    return row?.status;
  }

  /** Waits for a booking or top-up to come to rest. @returns its status, and everything that is wrong with it */
  async end(id: string): Promise<{ status: string | undefined; breaches: string[] }> {
    // What hangs is done late, when nobody counts on it any more: the end must hold after that too.
    await until(() => !this.faults.busy(id), { withinMs: 30_000, everyMs: 50 });
    const breaches = await breachesOf(this.stage, this.desk, id);
    const passedBy = this.faults.left(id).map((step) => `the drill passed by ${step}`);
    return {
      status: await this.statusOf(id),
      breaches: [...breaches, ...passedBy, ...(await this.replay(id))],
    };
  }

  breachesNow(id: string): Promise<string[]> {
    return breachesNow(this.stage, this.desk, id);
  }

  /** A history that a worker cannot follow a second time would break at the next restart. */
  private async replay(id: string): Promise<string[]> {
    const history = await this.desk.workflow(id).fetchHistory();
    try {
      await Worker.runReplayHistory({ workflowBundle: { codePath: this.codePath } }, history, id);
      return [];
    } catch (error) {
      return [`its history cannot be replayed: ${String(error)}`];
    }
  }
}
