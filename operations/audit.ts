import { Client, Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../activities/database';
import { providerOf } from '../activities/payment/provider-choice';
import { Outbox } from '../events/outbox';
import { config, type Domain, DOMAINS } from '../config';
import { billFindings } from './audit/bills';
import { deliveryFindings } from './audit/deliveries';
import { type Check, findings, type Finding } from './audit/check';
import { COURSES } from './audit/courses';
import { LEDGER, PAYMENTS } from './audit/ledger';
import { messageFinding } from './audit/messages';
import { pageFindings } from './audit/pages';
import { orderPaymentFinding } from './audit/payments';
import { POINTS, takenFinding } from './audit/points';
import { bookingsOf, ordersOf, passesOf, saleFinding } from './audit/sales';
import { readStatement, STATEMENT } from './audit/statement';
import { TOLD } from './audit/told';
import { conversionsOf, feesOf, transferFinding } from './audit/transfers';
import { unpaidFinding } from './audit/unpaid';
import { BIKES, KICKBOARDS } from './audit/vehicles';

/** Where nothing moves, one look is enough. */
const LOOKS = process.argv.includes('--at-rest') ? 1 : 3;
const BETWEEN_LOOKS_MS = 2_000;
/** So many breaches of one kind are named. */
const NAMED = 20;

type Databases = Record<Domain | 'views' | 'notification', Knex>;

/** Each on the database of its domain. */
const CHECKS: Partial<Record<Domain, readonly Check[]>> = {
  payment: [...LEDGER, ...PAYMENTS, ...STATEMENT, ...TOLD.payment],
  movie: TOLD.movie,
  kickboard: [...KICKBOARDS, ...TOLD.kickboard],
  bike: [...BIKES, ...POINTS, ...TOLD.bike],
  billing: TOLD.billing,
  food: TOLD.food,
  delivery: TOLD.delivery,
  course: [...COURSES, ...TOLD.course],
};

/**
 * `npm run audit`: proves over live data that money is conserved, vehicles are with one customer each, and everything
 * is told. Ends with 1 on a breach, and names each. `npm run audit -- --at-rest` where nothing moves.
 */
async function main(): Promise<void> {
  const databases = Object.fromEntries(
    [...DOMAINS, 'views' as const, 'notification' as const].map((name) => [
      name,
      connect(config.databases[name], 1),
    ]),
  ) as Databases;
  const connection = await Connection.connect({ address: config.temporal.address });
  const temporal = new Client({ connection, namespace: config.temporal.namespace });
  try {
    const found = await lookUntilSure(() => look(databases, temporal));
    print(found);
    process.exitCode = found.every(({ breaches }) => breaches.length === 0) ? 0 : 1;
  } finally {
    await Promise.all([...Object.values(databases).map((db) => db.destroy()), connection.close()]);
  }
}

async function look(databases: Databases, temporal: Client): Promise<Finding[]> {
  const { payment, movie, kickboard, bike, billing, food, delivery, views, notification } = databases;
  await readStatement(payment, providerOf(config));
  return [
    ...(await withinDomains(databases)),
    await saleFinding(bookingsOf(movie), payment, temporal),
    await saleFinding(passesOf(kickboard), payment, temporal),
    await saleFinding(ordersOf(food), payment, temporal),
    await orderPaymentFinding(food, payment, temporal),
    ...(await deliveryFindings(food, delivery, temporal)),
    ...(await billFindings(bike, billing, temporal)),
    await transferFinding(feesOf(billing), payment, temporal),
    await unpaidFinding({ billing, bike, payment }, temporal),
    await takenFinding(bike, temporal),
    await transferFinding(conversionsOf(bike), payment, temporal),
    ...(await pageFindings(views, databases)),
    await messageFinding(
      notification,
      DOMAINS.map((name) => new Outbox(databases[name], name)),
    ),
  ];
}

async function withinDomains(databases: Databases): Promise<Finding[]> {
  const snapshot = { isolationLevel: 'repeatable read', readOnly: true } as const;
  const found: Finding[] = [];
  for (const domain of DOMAINS) {
    const checks = CHECKS[domain] ?? [];
    found.push(...(await databases[domain].transaction((tx) => findings(tx, checks), snapshot)));
  }
  return found;
}

/** Data that live are seen in mid-movement now and then: a breach is what is still there at every look. */
async function lookUntilSure(look: () => Promise<Finding[]>): Promise<Finding[]> {
  let found = await look();
  for (let looks = 1; looks < LOOKS && found.some(({ breaches }) => breaches.length > 0); looks++) {
    await sleep(BETWEEN_LOOKS_MS);
    const again = new Map((await look()).map(({ holds, breaches }) => [holds, breaches]));
    found = found.map(({ holds, breaches }) => {
      const before = new Set(breaches.map(({ id }) => id));
      return { holds, breaches: (again.get(holds) ?? []).filter(({ id }) => before.has(id)) };
    });
  }
  return found;
}

function print(found: readonly Finding[]): void {
  for (const { holds, breaches } of found) {
    console.log(`${breaches.length === 0 ? 'ok    ' : 'BREACH'}  ${holds}`);
    for (const { breach } of breaches.slice(0, NAMED)) console.log(`          ${breach}`);
    if (breaches.length > NAMED) console.log(`          and ${breaches.length - NAMED} more`);
  }
  const broken = found.filter(({ breaches }) => breaches.length > 0).length;
  console.log(`${found.length - broken} hold, ${broken} broken`);
}

main().catch((error: unknown) => {
  console.error(`The audit could not be made: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
});
