import {
  npmStart as start,
  START_PORTS,
  type StartedCheckout,
  type StartOptions,
  type StartPorts,
} from '../../engine/checkout';
import { freePort } from '../free-port';
import { TestStack } from '../test-stack';

/** A Haru that the `npm start` of some checkout runs, on free ports. */
export interface Started extends Pick<StartedCheckout, 'script' | 'stop'> {
  /** The same Haru as the tests use it. */
  stack: TestStack;
}

/** Runs `npm start` until it says that Haru runs. @throws Error with its last lines when it ends before */
export async function npmStart(wanted: Omit<StartOptions, 'ports'>): Promise<Started> {
  const ports: Partial<StartPorts> = {};
  for (const variable of START_PORTS) ports[variable] = String(await freePort());
  const { env, script, stop } = await start({ ...wanted, ports: ports as StartPorts });
  return { stack: new TestStack(env), script, stop };
}
