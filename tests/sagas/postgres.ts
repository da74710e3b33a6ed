import { Client, Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import { Points } from '../../activities/bike/points';
import { BikeRepository } from '../../activities/bike/repository';
import { asUserOf, connect, NO_HURRY } from '../../activities/database';
import { Passes } from '../../activities/kickboard/passes';
import { KickboardRepository } from '../../activities/kickboard/repository';
import { MovieRepository } from '../../activities/movie/repository';
import { CONVERSIONS, Credits, TOP_UPS } from '../../activities/payment/credits';
import { type Config, configFrom } from '../../config';
import { launch, type Running } from '../../engine/launch';
import { until } from '../../engine/wait';
import { findings } from '../../invariants';
import { World } from '../../invariants/world';
import { ROOT } from '../../root';
import type { ConvertPoints } from '../../workflows/bike/contract';
import type { BuyPass } from '../../workflows/kickboard/contract';
import { Provider } from '../provider';
import { argsOf } from '../scripts';
import { stackEnvironment } from '../test-stack';
import type { Backend, Times } from './backend';
import { kindOf, type SagaKind } from './kinds';
import { screeningFrom } from './orders';

const TABLES: Readonly<Record<SagaKind, string>> = {
  bkg: 'movie.bookings',
  pas: 'kickboard.passes',
  rid: 'kickboard.rides',
  rnt: 'bike.rentals',
  rpt: 'bike.reports',
  cnv: 'bike.conversions',
  ord: 'food.orders',
  dlv: 'delivery.deliveries',
  top: 'payment.top_ups',
};

export const tableOf = (id: string) => TABLES[kindOf(id)];

/** Rented, and all is told that is due. */
const RIDE_WAITS = `status = 'RENTED' AND (reminded_at IS NOT NULL OR due_at > now())
  AND (missing_at IS NOT NULL OR due_at + interval '1 day' > now())`;
/** Back, known as unpaid everywhere, and not to be paid by what the deposit holds. */
const UNPAID_WAITS = `b.status = 'UNPAID' AND d.rental_id IS NOT NULL AND u.amount > COALESCE(a.balance, 0)`;

/**
 * Databases and a Temporal namespace that nobody else has, and the provider in a process of its own. No API, and no
 * worker until a test starts one.
 */
export class PostgresBackend implements Backend {
  private constructor(
    readonly config: Config,
    readonly db: Knex,
    readonly provider: Provider,
    private readonly process: Running,
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<PostgresBackend> {
    const env = await stackEnvironment({ LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'fatal', ...settings });
    const psp = await launch({
      name: 'psp',
      command: process.execPath,
      args: argsOf('psp/main.ts'),
      cwd: ROOT,
      env,
      onLine: (line) => process.stderr.write(`[psp] ${line}\n`),
    });
    const config = configFrom(env);
    const healthy = () =>
      fetch(`${config.provider.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    if (!(await until(healthy, { withinMs: 20_000, everyMs: 50 }))) throw new Error('no provider');
    const db = connect(asUserOf(config.databases.movie, config.databaseOwner), 10, NO_HURRY);
    return new PostgresBackend(config, db, new Provider(config.provider.url), psp);
  }

  /** A client of the shared Temporal server, in this backend's namespace. */
  async temporal(): Promise<Client> {
    const { address, namespace } = this.config.temporal;
    return new Client({ connection: await Connection.connect({ address }), namespace });
  }

  async screening(times?: Times) {
    const screening = screeningFrom(times);
    await new MovieRepository(this.db).addScreening(screening);
    return screening;
  }

  async kickboard(location = '정자역'): Promise<string> {
    const id = typeid('kbd').toString();
    await new KickboardRepository(this.db).register({ id, location, batteryLevel: 90 });
    return id;
  }

  async bike(location = '정자역'): Promise<string> {
    const id = typeid('bik').toString();
    await new BikeRepository(this.db).register({ id, location, batteryLevel: 90, status: 'AVAILABLE' });
    return id;
  }

  async overdueRides(): Promise<void> {
    await this.db.raw('ALTER TABLE kickboard.rides DROP CONSTRAINT IF EXISTS rides_minutes_check');
  }

  async bought(pass: BuyPass): Promise<void> {
    const passes = new Passes(this.db);
    await passes.open(pass);
    await passes.confirm(pass.id, typeid('pay').toString());
  }

  async deposit(customer: string, amount: number): Promise<void> {
    const answerBy = Date.now() + 60_000;
    const payment = { method: 'deposit' } as const;
    const topUp = { id: typeid('top').toString(), customer, amount, answerBy, payment };
    await new Credits(this.db, TOP_UPS).credit(topUp);
  }

  async manager(manager: string, points: number): Promise<void> {
    await new Points(this.db).register(manager, points, typeid('mgr').toString());
  }

  async customerOf(rental: string): Promise<string> {
    const row = await this.db('bike.rentals').where({ id: rental }).first<{ customer: string }>('customer');
    return row.customer;
  }

  creditOf(order: ConvertPoints) {
    const credit = { ...order, customer: order.manager, amount: order.points };
    return new Credits(this.db, CONVERSIONS).fail(credit, 'payment-unavailable');
  }

  async statusOf(id: string): Promise<string | undefined> {
    const row = await this.db(TABLES[kindOf(id)])
      .where({ id })
      .first<{ status: string } | undefined>('status');
    if (kindOf(id) !== 'rnt' || row?.status !== 'RETURNED') return row?.status;
    const [bill = 'none'] = await this.db('billing.bills').where({ rental_id: id }).pluck<string[]>('status');
    return bill === 'CLOSED' || bill === 'UNPAID' ? bill : `RETURNED, its bill ${bill}`;
  }

  async waits(id: string, cancelled: boolean): Promise<boolean> {
    const rows = this.db(TABLES[kindOf(id)]).where({ id });
    switch (kindOf(id)) {
      case 'bkg':
        return !cancelled && (await isThere(rows.where({ status: 'BOOKED', ticket: 'ISSUED' })));
      case 'ord':
        return !cancelled && (await isThere(rows.where({ status: 'DELIVERING' })));
      case 'rid':
        return !cancelled && (await isThere(rows.whereRaw(RIDE_WAITS)));
      case 'rnt': {
        const bills = this.db({ b: 'billing.bills' }).where('b.rental_id', id);
        if ((await this.statusOf(id)) === 'RENTED') return !cancelled && (await isThere(bills));
        return isThere(
          bills
            .leftJoin({ d: 'bike.debts' }, (on) => on.on('d.rental_id', 'b.rental_id').onNull('d.paid_at'))
            .leftJoin({ u: 'payment.unpaid_bills' }, 'u.rental_id', 'b.rental_id')
            .leftJoin({ a: 'payment.accounts' }, 'a.id', this.db.raw(`'deposit:' || b.customer`))
            .whereRaw(UNPAID_WAITS),
        );
      }
      default:
        return false;
    }
  }

  /** Passes and deposits that were put there by hand are not judged: nothing was paid for them. */
  async judge(ids: readonly string[], { engine = true } = {}): Promise<Map<string, string[]>> {
    const found = new Map(ids.map((id) => [id, [] as string[]]));
    const world = await World.open(this.config);
    try {
      for (const { id: law, breaches } of await findings(world, { engine }))
        for (const { id, breach } of breaches) found.get(id)?.push(`${law}: ${breach}`);
      return found;
    } finally {
      await world.close();
    }
  }

  async close(): Promise<void> {
    await this.process.stop();
    await this.db.destroy();
  }
}

const isThere = async (rows: Knex.QueryBuilder): Promise<boolean> => (await rows.first()) !== undefined;
