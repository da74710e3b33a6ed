import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { OutcomeUnknown } from '../../activities/payment/provider';
import { simulatorProvider } from '../../activities/payment/provider-simulator';
import { pause } from '../../engine/wait';

const LIMIT_MS = 1_000;
const CHARGE = { key: 'limit/charge', amount: 10_000, token: 'tok_ok', withinMs: 60_000 };

/** Answers each request after so long, whatever this thread is busy with. */
const SERVER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const answer = (_, to) => setTimeout(() => to.writeHead(201).end(JSON.stringify({ id: 'ch_1' })), workerData);
  const server = require('node:http').createServer(answer);
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

const servers: Worker[] = [];
afterAll(() => Promise.all(servers.map((server) => server.terminate())));

async function paymentAnsweredAfter(ms: number) {
  const server = new Worker(SERVER, { eval: true, workerData: ms });
  servers.push(server);
  const [port] = (await once(server, 'message')) as [number];
  return simulatorProvider(`http://127.0.0.1:${port}`, LIMIT_MS);
}

/** Nothing else runs in this thread for so long. */
function block(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

test('an answer that came in time counts, though the process was too busy to read it', async () => {
  const payment = await paymentAnsweredAfter(LIMIT_MS / 2);
  const charged = payment.charge(CHARGE);
  charged.catch(() => undefined);
  // It is sent, and answered while nobody reads.
  await pause(LIMIT_MS / 4);
  // Timers are due before what has arrived is read.
  setImmediate(() => block(2 * LIMIT_MS));
  expect(await charged).toEqual({ chargeId: 'ch_1' });
});

test('one that comes too late does not', async () => {
  const payment = await paymentAnsweredAfter(4 * LIMIT_MS);
  await expect(payment.charge(CHARGE)).rejects.toThrow(OutcomeUnknown);
});
