import { parseArgs } from 'node:util';
import { ClearError } from '../engine/fail-clearly';
import type { CostOptions } from './cost/cost';
import type { LagOptions } from './lag/measure';

export type BenchOptions =
  ({ bench: 'lag' } & LagOptions) | ({ bench: 'cost' | 'me' | 'rest' } & CostOptions);

const USAGE = `
  npm run bench -- lag --seconds 30 --rate 50
  npm run bench -- cost --seconds 10 --rounds 3 --clients 1,8,32 --against <commit>
  npm run bench -- me --seconds 10 --rounds 3 --clients 30 --against <commit>
  npm run bench -- rest --seconds 60 --rounds 1 --against <commit>`;

const CLIENTS = { cost: '1,8,32', me: '30', rest: '0' };

/** Reads the arguments of npm run bench. @throws ClearError naming what it does not take */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const [bench = 'lag', ...more] = positionals;
  const number = (
    name: string,
    given: string | undefined,
    otherwise: number,
    least: number,
    most: number,
  ) => {
    const value = given === undefined ? otherwise : Number(given);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new ClearError(`--${name} ${given}: must be a whole number from ${least} to ${most}.`);
  };
  if (bench === 'lag' && more.length === 0)
    return {
      bench,
      seconds: number('seconds', values.seconds, 30, 1, 3_600),
      rate: number('rate', values.rate, 50, 1, 2_000),
    };
  if ((bench === 'cost' || bench === 'me' || bench === 'rest') && more.length === 0)
    return {
      bench,
      seconds: number('seconds', values.seconds, bench === 'rest' ? 60 : 10, 1, 600),
      rounds: number('rounds', values.rounds, bench === 'rest' ? 1 : 3, 1, 20),
      clients: (values.clients ?? CLIENTS[bench])
        .split(',')
        .map((each) => number('clients', each, 1, 0, 500)),
      ...(values.against !== undefined && { against: values.against }),
    };
  throw new ClearError(`${positionals.join(' ')}? Known:${USAGE}`);
}

function parse(args: readonly string[]) {
  const string = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { seconds: string, rate: string, rounds: string, clients: string, against: string },
    });
  } catch (error) {
    throw new ClearError(`${error instanceof Error ? error.message : String(error)} Known:${USAGE}`);
  }
}
