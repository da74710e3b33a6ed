import { once } from 'node:events';
import { createServer } from 'node:http';
import pino from 'pino';
import { asUserOf, connect } from '../../activities/database';
import { config } from '../../config';
import { Outbox } from '../../events/outbox';
import { startRelay } from '../../events/relay';
import { recommendationApp } from './app';
import { callerBy } from './caller';
import { interest } from './consumer';
import { migrate } from './schema';

const CONNECTIONS = 5;

/**
 * `node engine/run.mjs examples/recommendation/main.ts 8095`: what to see next, from what others booked. A service of
 * its own, beside Haru, that knows nothing of it but the events of its movie service.
 * @param url of the database that it keeps its own schema in, by a role that may make one; beside the views, unless said
 */
async function main([port = '8095', url = asUserOf(config.databases.views, config.databaseOwner)]: string[]) {
  const log = pino({ level: config.logLevel, base: { process: 'recommendation' } });
  await migrate(url);
  const own = connect(url, CONNECTIONS, { name: 'recommendation' });
  const movie = connect(config.databases.movie, 1, { name: 'recommendation' });
  const source = { outbox: new Outbox(movie, 'movie'), url: config.databases.movie };
  const relay = await startRelay('recommendation', [interest(own)], [source], log);

  const server = createServer(recommendationApp(own, log, callerBy(config.auth))).listen(
    Number(port),
    '127.0.0.1',
  );
  await once(server, 'listening');
  process.stdout.write(`http://127.0.0.1:${port}/recommendations/me\n`);

  const stop = () => {
    relay.stop();
    server.close();
    server.closeIdleConnections();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  await relay.done;
  await Promise.all([own.destroy(), movie.destroy()]);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`No recommendations: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
