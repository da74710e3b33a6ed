import { npmStart as start, type StartedCheckout, type StartOptions } from '../../scripts/checkout';
import { freePort } from '../free-port';
import { TestStack } from '../test-stack';

/** A Haru that the `npm start` of some checkout runs, on free ports. */
export interface Started extends Pick<StartedCheckout, 'script' | 'stop'> {
  /** The same Haru as the tests use it. */
  stack: TestStack;
}

/** Runs `npm start` until it says that Haru runs. @throws Error with its last lines when it ends before */
export async function npmStart(wanted: Omit<StartOptions, 'freePort'>): Promise<Started> {
  const { env, script, stop } = await start({ ...wanted, freePort });
  return { stack: new TestStack(env), script, stop };
}
