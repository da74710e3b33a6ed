import type { Knex } from 'knex';
import { asUserOf, connect, NO_HURRY } from '../../activities/database';
import { configFrom, type Domain, DOMAINS, LISTENERS, type Service } from '../../config';
import { say } from '../../engine/progress';
import { until } from '../../engine/wait';
import { checkpointsIn } from '../../events/checkpoint';
import { isAfter } from '../../events/event';
import { Outbox } from '../../events/outbox';
import { migrateAll } from '../../migrations/migrate';
import { VIEWS } from '../../views/all';
import { rebuild } from '../../views/rebuild';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { standing } from '../upgrade/begin';
import { card, Customers, DEPOSIT, done } from '../upgrade/customers';
import { ENDINGS, type Kind, upgraded } from '../upgrade/endings';
import { hasPip } from './postgres-tools';
import { makeTransactions, type SecondCluster, startSecondCluster } from './second-cluster';

const STARTS_WITHIN_MS = 240_000;
/** A bike that is kept for minutes is paid for by one top-up. */
const SETTINGS = { TARIFF_STEP_KRW: '1' };
const ERA = 2n ** 48n;

const canRun = hasPip();
if (!canRun) say('The tests of restoring are left out: they need Python 3 with pip, which brings pg_dump.');

interface Moved {
  /** Variable → where the data are now. */
  urls: Record<string, string>;
  /** What came along. */
  domains: readonly Domain[];
}

interface Wanted {
  /** All services and listeners unless said. */
  only?: readonly Service[];
  begin: (customers: Customers) => Promise<void>;
  move: (cluster: SecondCluster, from: string) => Promise<Moved>;
  kinds: readonly Kind[];
}

/** What was under way when its data were moved ends as if they had not been. */
function goesOn({ only, begin, move, kinds }: Wanted): void {
  let cluster: SecondCluster;
  let customers: Customers;
  let moved: Moved;
  let printed: string[];
  let stack: TestStack;
  const databases = new Map<Domain, Knex>();
  const outboxOf = (domain: Domain) => new Outbox(databases.get(domain) as Knex, domain);

  beforeAll(async () => {
    const wanted = { listeners: LISTENERS, ...(only && { only }) };
    const [first, second] = await Promise.all([
      startStack({ ...wanted, env: SETTINGS }),
      startSecondCluster(),
    ]);
    cluster = second;
    await makeTransactions(first.db);
    customers = await Customers.begin(first);
    await begin(customers);
    await first.stop({ lawful: false });

    const owned = (url = '') => asUserOf(url, first.env.DATABASE_OWNER_URL);
    moved = await move(cluster, owned(first.env.DATABASE_URL));
    // Two clusters have two owners: each is named in the URLs themselves.
    const here = {
      DATABASE_URL: owned(first.env.DATABASE_URL),
      PSP_DATABASE_URL: owned(first.env.PSP_DATABASE_URL),
    };
    const env = { ...first.env, ...here, DATABASE_OWNER_URL: '', ...moved.urls };
    const config = configFrom(env);
    for (const domain of DOMAINS) databases.set(domain, connect(config.databases[domain], 2, NO_HURRY));
    for (const domain of moved.domains) await isNumberedElsewhere(domain);
    printed = [];
    await migrateAll(config, (line) => printed.push(line));
    stack = await startStack({ ...wanted, env });
  }, STARTS_WITHIN_MS);

  afterAll(async () => {
    try {
      await stack?.stop();
    } finally {
      await Promise.all([...databases.values()].map((db) => db.destroy()));
      await cluster?.stop();
    }
  });

  /** Else the test would show nothing. */
  async function isNumberedElsewhere(domain: Domain): Promise<void> {
    const { rows } = await (databases.get(domain) as Knex).raw<{ rows: [{ elsewhere: boolean }] }>(
      'SELECT bool_and(xid > pg_current_xact_id()) IS NOT FALSE AS elsewhere FROM ??.outbox',
      [domain],
    );
    expect([domain, rows[0].elsewhere]).toEqual([domain, true]);
  }

  /** Consumers that are not at the newest event of a domain. */
  async function behind(): Promise<string[]> {
    const schemas = [
      ['views', configFrom(stack.env).databases.views],
      ['notification', configFrom(stack.env).databases.notification],
    ] as const;
    const late: string[] = [];
    for (const [schema, url] of schemas) {
      const db = connect(url, 1, NO_HURRY);
      for (const { consumer, source, ...place } of await checkpointsIn(db, schema)) {
        const [newest] = await outboxOf(source as Domain).newest(1);
        if (newest && isAfter(newest, place)) late.push(`${consumer} on ${source}`);
      }
      await db.destroy();
    }
    return late;
  }

  test('start-up says whose data come from another cluster', () => {
    expect(printed).toEqual([
      `From another PostgreSQL cluster: ${moved.domains.join(', ')}. Their events go on in a new era.`,
    ]);
  });

  test.each(kinds.map((kind) => [ENDINGS[kind].ends, kind] as const))('%s', async (_, kind) => {
    const thing = customers.thing(kind);
    await ENDINGS[kind].end(await upgraded(stack, thing), thing);
  });

  test('what happens after it is told in the new era, and every consumer takes it', async () => {
    for (const domain of ['movie', 'boxoffice'] as const) {
      const [newest] = await outboxOf(domain).newest(1);
      expect([domain, BigInt(newest?.xid ?? 0) > ERA]).toEqual([domain, moved.domains.includes(domain)]);
    }
    await until(async () => (await behind()).length === 0, { withinMs: 20_000, everyMs: 100 });
    expect(await behind()).toEqual([]);
  });

  test('npm run audit finds no breach: pages are as told, and each event is one message', async () => {
    const { code, output } = await stack.run('operations/audit.ts');
    expect(output).toMatch(/^\d+ hold, 0 broken$/m);
    expect(code).toBe(0);
  });

  test('each view, rebuilt, equals the live one', async () => {
    const db = connect(configFrom(stack.env).databases.views, 4, NO_HURRY);
    const outboxes = DOMAINS.map(outboxOf);
    const different: Record<string, number | undefined> = {};
    for (const view of VIEWS)
      different[view.name] = (await rebuild(db, view, outboxes, () => undefined)).different;
    expect(different).toEqual(Object.fromEntries(VIEWS.map(({ name }) => [name, 0])));
    await db.destroy();
  });
}

(canRun ? describe : describe.skip)('restored into a new cluster', () =>
  goesOn({
    begin: standing,
    move: async (to, from) => ({
      urls: { DATABASE_URL: await to.take(from, 'haru_restored') },
      domains: DOMAINS,
    }),
    kinds: [
      'booking-to-cancel',
      'booking-from-deposit',
      'booking-to-collect',
      'pass-unused',
      'ride-open',
      'rental-open',
      'rental-unpaid',
      'order-open',
      'order-accepted',
      'order-offered',
      'course',
    ],
  }),
);

(canRun ? describe : describe.skip)('with one domain moved to a server of its own', () =>
  goesOn({
    // Whoever begins puts a dish on the list.
    only: [...CINEMA, 'food'],
    begin: async (customers) => {
      await done(customers.book('booking-to-cancel'));
      await done(customers.topUp('booking-from-deposit', 50_000));
      await done(customers.book('booking-from-deposit', DEPOSIT));
      await done(customers.book('booking-to-collect', card()));
      await customers.comesTo('booking-to-collect', ({ ticket }) => ticket.status === 'ISSUED');
    },
    move: async (to, from) => ({
      urls: {
        MOVIE_DATABASE_URL: await to.take(from, 'haru_movie', ['--schema=movie', '--extension=*']),
      },
      domains: ['movie'],
    }),
    kinds: ['booking-to-cancel', 'booking-from-deposit', 'booking-to-collect'],
  }),
);
