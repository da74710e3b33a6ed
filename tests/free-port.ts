import { isFree } from '../engine/ports';

/** Ports below those that an operating system hands out by itself; a thousand for each worker of each lane. */
const FIRST = 10_000;
const EACH = 1_000;
const WORKERS = 8;

const [lane, worker] = [process.env.TEST_LANE, process.env.JEST_WORKER_ID].map((number) =>
  Number(number ?? 0),
);
const first = FIRST + EACH * ((lane ?? 0) * WORKERS + ((worker ?? 0) % WORKERS));
let next = Math.floor(Math.random() * EACH);

/**
 * @returns a port on 127.0.0.1 that nobody listens on, and that nobody else in this run is given before its server has
 *   started
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < EACH; tries++) {
    const port = first + (next++ % EACH);
    if (await isFree({ port })) return port;
  }
  throw new Error(`no port from ${first} to ${first + EACH - 1} is free`);
}
