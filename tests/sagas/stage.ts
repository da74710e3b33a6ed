import { Client, Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { typeid } from 'typeid-js';
import { Points } from '../../activities/bike/points';
import { BikeRepository } from '../../activities/bike/repository';
import { connect } from '../../activities/database';
import { Passes } from '../../activities/kickboard/passes';
import { KickboardRepository } from '../../activities/kickboard/repository';
import type { Screening } from '../../activities/movie/reads';
import { MovieRepository } from '../../activities/movie/repository';
import { Credits, TOP_UPS } from '../../activities/payment/credits';
import { type Config, configFrom } from '../../config';
import { launch, type Running } from '../../engine/launch';
import { freePort } from '../../engine/ports';
import { until } from '../../engine/wait';
import { ROOT } from '../../root';
import type { BuyPass } from '../../workflows/kickboard/contract';
import { Provider } from '../provider';
import { argsOf } from '../scripts';

/**
 * What sagas play on: databases and a Temporal namespace that nobody else has, the provider in a process of its
 * own. No API, and no worker until the test starts one.
 */
export class Stage {
  private constructor(
    readonly config: Config,
    readonly db: Knex,
    readonly provider: Provider,
    private readonly process: Running,
  ) {}

  static async build(settings: Record<string, string> = {}): Promise<Stage> {
    const server = needed('TEST_POSTGRES_URL');
    const admin = connect(server, 1);
    const { rows } = await admin.raw<{ rows: { n: number }[] }>(`SELECT nextval('test_systems') AS n`);
    const n = rows[0]!.n;
    await admin.raw(`CREATE DATABASE haru_${n} TEMPLATE haru_template`);
    await admin.raw(`CREATE DATABASE haru_psp_${n} TEMPLATE haru_psp_template`);
    await admin.destroy();

    const env = {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'test',
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'fatal',
      HARU_HOME: needed('TEST_HOME'),
      PSP_PORT: String(await freePort()),
      DATABASE_URL: server.replace(/postgres$/, `haru_${n}`),
      PSP_DATABASE_URL: server.replace(/postgres$/, `haru_psp_${n}`),
      TEMPORAL_ADDRESS: needed('TEST_TEMPORAL_ADDRESS'),
      TEMPORAL_NAMESPACE: `haru-test-${n}`,
      BREAKER_CALLS: '100000',
      RECONCILE_EVERY_SECONDS: '0',
      ...settings,
    };
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
    return new Stage(config, connect(env.DATABASE_URL, 10), new Provider(config.provider.url), psp);
  }

  /** A client of the shared Temporal server, in this stage's namespace. */
  async temporal(): Promise<Client> {
    const { address, namespace } = this.config.temporal;
    return new Client({ connection: await Connection.connect({ address }), namespace });
  }

  /**
   * A screening in a hall of its own.
   * @param from epoch milliseconds, as the clock that the workflows go by shows them
   */
  async screening({
    from = Date.now(),
    startsInMs = 3 * 3_600_000,
    lastsMs = 2 * 3_600_000,
  } = {}): Promise<Screening> {
    const screening = {
      id: typeid('scr').toString(),
      movieName: '기생충',
      hall: `hall ${randomUUID()}`,
      startsAt: new Date(from + startsInMs),
      endsAt: new Date(from + startsInMs + lastsMs),
      rows: 10,
      columns: 10,
      price: 10_000,
    };
    await new MovieRepository(this.db).addScreening(screening);
    return screening;
  }

  /** @returns its id */
  async kickboard(location = '정자역'): Promise<string> {
    const id = typeid('kbd').toString();
    await new KickboardRepository(this.db).register(id, location);
    return id;
  }

  /** @returns its id */
  async bike(location = '정자역'): Promise<string> {
    const id = typeid('bik').toString();
    await new BikeRepository(this.db).register(id, location, 90);
    return id;
  }

  /** From now on a ride may have been due before it began. */
  async overdueRides(): Promise<void> {
    await this.db.raw('ALTER TABLE kickboard.rides DROP CONSTRAINT IF EXISTS rides_minutes_check');
  }

  /** A pass as one that was bought. */
  async bought(pass: BuyPass): Promise<void> {
    const passes = new Passes(this.db);
    await passes.open(pass);
    await passes.confirm(pass.id, typeid('pay').toString());
  }

  /** A deposit as after a top-up. */
  async deposit(customer: string, amount: number): Promise<void> {
    const answerBy = Date.now() + 60_000;
    const topUp = {
      id: typeid('top').toString(),
      customer,
      amount,
      answerBy,
      payment: { method: 'deposit' } as const,
    };
    await new Credits(this.db, TOP_UPS).credit(topUp);
  }

  async manager(manager: string, points: number): Promise<void> {
    await new Points(this.db).register(manager, points, typeid('mgr').toString());
  }

  async strike(): Promise<void> {
    await this.process.stop();
    await this.db.destroy();
  }
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is set by tests/global-setup.ts`);
  return value;
}
