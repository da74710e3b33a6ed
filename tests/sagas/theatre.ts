import { DefaultLogger, Runtime } from '@temporalio/worker';
import { until } from '../../engine/wait';
import { workflowBundle } from '../../workers/bundle';
import { startWorkers, type Workers } from '../../workers/run';
import { type Service, SERVICES } from '../../config';
import { CONVERSIONS, Credits } from '../../activities/payment/credits';
import type { ConvertPoints } from '../../workflows/bike/contract';
import type { PaymentMeans } from '../../workflows/payment/contract';
import { Desk, orderFor, topUpFor } from './desk';
import { Faults } from './faults';
import { mealFor } from './meals';
import { breachesOfBooks } from '../books';
import { breachesNow, breachesOf, comesToRest, kindOf } from './lawful';
import { Replays } from './replays';
import { Stage } from './stage';

/** How the breach begins that says a planned fault never struck: nothing was shown then. */
export const NOT_STRUCK = 'the drill passed by';

let quiet = false;

/** What goes wrong here goes wrong on purpose; called before any worker is made. */
export function quietly(): void {
  if (quiet) return;
  quiet = true;
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
    private readonly replays: Replays,
  ) {}

  static async open(
    settings: Record<string, string> = {},
    services: readonly Service[] = SERVICES,
  ): Promise<Theatre> {
    const stage = await Stage.build(settings);
    quietly();
    const desk = new Desk(await stage.temporal());
    const faults = new Faults({
      cancel: (id) => desk.workflow(id).cancel(),
      topUp: (id) => topUpOf(stage, desk, id),
    });
    const workers = await startWorkers(services, stage.config, faults.interceptors);
    return new Theatre(stage, desk, faults, workers, new Replays(await workflowBundle(stage.config.home)));
  }

  async close(): Promise<void> {
    await this.replays.close();
    this.workers.stop();
    await this.workers.done;
    await this.desk.client.connection.close();
    await this.stage.strike();
  }

  /** A booking that stands, its ticket issued. @returns its id */
  async booked(screening?: Parameters<Stage['screening']>[0]): Promise<string> {
    const order = orderFor(await this.stage.screening(screening), { answerBy: Date.now() + 30_000 });
    const answer = await this.desk.book(order);
    if (answer !== 'done') throw new Error(answer);
    const issued = () =>
      this.stage.db('movie.bookings').where({ id: order.id, ticket: 'ISSUED' }).first<object | undefined>();
    if (!(await until(async () => (await issued()) !== undefined, { withinMs: 30_000, everyMs: 50 })))
      throw new Error('no ticket');
    return order.id;
  }

  /** An order that is on its way to its customer. @returns its id */
  async delivering(payment?: PaymentMeans): Promise<string> {
    const order = mealFor({ answerBy: Date.now() + 30_000, ...(payment && { payment }) });
    const answer = await this.desk.order(order);
    if (answer !== 'done') throw new Error(answer);
    const onItsWay = async () => (await kindOf(order.id).statusOf(this.stage, order.id)) === 'DELIVERING';
    if (!(await until(onItsWay, { withinMs: 30_000, everyMs: 50 }))) throw new Error('not on its way');
    return order.id;
  }

  /**
   * Converts points as the API does: where the answer is that payment was not to be had, the one place that knows says
   * whether it was, and it never will be after that.
   */
  async converted(order: ConvertPoints): Promise<string> {
    const answer = await this.desk.convert(order);
    if (answer !== 'payment-unavailable' && answer !== 'undecided') return answer;
    const credit = { ...order, customer: order.manager, amount: order.points };
    const stands = await new Credits(this.stage.db, CONVERSIONS).fail(credit, 'payment-unavailable');
    return stands === 'CREDITED' ? 'done' : answer;
  }

  /** Waits until nothing is done with a thing any more. @returns false when it does not come to rest */
  async rests(id: string): Promise<boolean> {
    // What hangs is done late, when nobody counts on it any more: the end must hold after that too.
    await until(() => !this.faults.busy(id), { withinMs: 30_000, everyMs: 50 });
    return comesToRest(this.stage, this.desk, id);
  }

  /** Waits for a thing to come to rest. @returns how it then stands, and everything that is wrong with it */
  async end(id: string): Promise<{ status: string | undefined; breaches: string[] }> {
    const { status, breaches } = await this.judged(id);
    return { status, breaches: [...breaches, ...(await breachesOfBooks(this.stage.db))] };
  }

  /** The same of the thing alone: what all things together make of the books is for whoever has played them. */
  async judged(id: string): Promise<{ status: string | undefined; breaches: string[] }> {
    const rested = await this.rests(id);
    const history = await this.desk.workflow(id).fetchHistory();
    return {
      status: await kindOf(id).statusOf(this.stage, id),
      breaches: [
        ...(rested ? [] : ['it does not come to rest']),
        ...(await breachesOf(this.stage, id, history)),
        ...this.faults.left(id).map((step) => `${NOT_STRUCK} ${step}`),
        ...(await this.replays.breachesOf(history, id)),
      ],
    };
  }

  breachesNow(id: string): Promise<string[]> {
    return breachesNow(this.stage, this.desk, id);
  }
}

/** The customer of a rental tops up, and whoever waited for that is told. */
async function topUpOf({ db }: Stage, desk: Desk, rental: string): Promise<void> {
  const { customer } = await db('bike.rentals').where({ id: rental }).first<{ customer: string }>('customer');
  const order = topUpFor({ customer, answerBy: Date.now() + 30_000 });
  await desk.topUp(order);
  await desk.workflow(order.id).result();
}
