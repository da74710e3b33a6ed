import { createServer } from 'node:http';
import { Pool } from 'pg';
import pino from 'pino';
import { config } from '../config';
import { pspApp } from './app';
import { settleLeftovers } from './charging';
import { completeLeftovers } from './refunding';

const LEFTOVERS_EVERY_MS = 1_000;
const LAST_ANSWERS_MS = 1_000;
/** On a server that it shares, a transaction of a frozen process would hold up others. */
const SESSION = {
  application_name: 'haru psp',
  options: '-c idle_in_transaction_session_timeout=5000 -c transaction_timeout=10000',
};

const log = pino({ name: 'psp', level: config.logLevel });

async function main(): Promise<void> {
  if (config.production) throw new Error('The payment provider simulator never runs in production.');

  const pool = new Pool({ connectionString: config.pspDatabase, max: config.databasePool, ...SESSION });
  pool.on('error', (err) => log.warn({ err }, 'a database connection was lost'));
  const failed = (err: unknown) => log.error({ err }, 'a charge or refund in process could not be settled');
  const sweepOnce = () => Promise.all([settleLeftovers(pool, failed), completeLeftovers(pool)]);
  await sweepOnce();
  const sweep = setInterval(() => void sweepOnce().catch(failed), LEFTOVERS_EVERY_MS);

  const server = createServer(pspApp(pool, log));
  // Callers keep connections for their next charge; closing one under a request looks like a lost answer.
  server.keepAliveTimeout = 60_000;
  server.once('error', stopWith);
  // Whoever reaches it may order faults: HOST is for the API.
  const host = config.devDoorsInContainer ? config.host : '127.0.0.1';
  server.listen(config.ports.psp, host, () => log.info({ address: server.address() }, 'listening'));

  // What is still in process then is settled at the next start.
  const stop = () => {
    clearInterval(sweep);
    setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS).unref();
    server.close(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function stopWith(error: unknown): void {
  log.fatal(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

main().catch(stopWith);
