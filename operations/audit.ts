import { Client, Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../activities/database';
import { providerOf } from '../activities/payment/provider-choice';
import { config } from '../config';
import { bookingFindings } from './audit/bookings';
import { findings, type Finding } from './audit/check';
import { messageFindings, pageFindings, TOLD_BOOKINGS, TOLD_DEPOSITS } from './audit/events';
import { LEDGER, PAYMENTS } from './audit/ledger';
import { readStatement, STATEMENT } from './audit/statement';

/** Where nothing moves, one look is enough. */
const LOOKS = process.argv.includes('--at-rest') ? 1 : 3;
const BETWEEN_LOOKS_MS = 2_000;
/** So many breaches of one kind are named. */
const NAMED = 20;

/**
 * `npm run audit`: proves over live data that money is conserved and everything told. Ends with 1 on a breach, and names each.
 * `npm run audit -- --at-rest` where nothing moves.
 */
async function main(): Promise<void> {
  const pools = {
    payment: connect(config.databases.payment, 1),
    movie: connect(config.databases.movie, 1),
    views: connect(config.databases.views, 1),
    notification: connect(config.databases.notification, 1),
  };
  const connection = await Connection.connect({ address: config.temporal.address });
  const temporal = new Client({ connection, namespace: config.temporal.namespace });
  try {
    const found = await lookUntilSure(() => look(pools, temporal));
    print(found);
    process.exitCode = found.every(({ breaches }) => breaches.length === 0) ? 0 : 1;
  } finally {
    await Promise.all([...Object.values(pools).map((pool) => pool.destroy()), connection.close()]);
  }
}

async function look(
  { payment, movie, views, notification }: Record<'payment' | 'movie' | 'views' | 'notification', Knex>,
  temporal: Client,
): Promise<Finding[]> {
  await readStatement(payment, providerOf(config));
  const snapshot = { isolationLevel: 'repeatable read', readOnly: true } as const;
  const money = await payment.transaction(
    (tx) => findings(tx, [...LEDGER, ...PAYMENTS, ...STATEMENT, ...TOLD_DEPOSITS]),
    snapshot,
  );
  return [
    ...money,
    await bookingFindings(movie, payment, temporal),
    ...(await movie.transaction((tx) => findings(tx, TOLD_BOOKINGS), snapshot)),
    await pageFindings(views, movie),
    await messageFindings(notification, { movie, payment }),
  ];
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
