import { parseArgs } from 'node:util';
import { ClearError } from '../engine/fail-clearly';
import type { CostOptions } from './cost/cost';
import type { GrowthOptions } from './growth/growth';
import type { LagOptions } from './lag/measure';
import type { WholeOptions } from './speed/whole';
import { ENGINES, PLAIN } from './variants/variant';

export type BenchOptions =
  | ({ bench: 'all' } & WholeOptions)
  | ({ bench: 'growth' } & GrowthOptions)
  | ({ bench: 'lag' } & LagOptions)
  | ({ bench: 'cost' | 'me' | 'rest' } & CostOptions);

const USAGE = `
  npm run bench -- all --against <commit> --write-docs
      --clients 1,8,32,100 --seconds 3 --rounds 3 --variants textbook,bare,dbos,floor --crowd-seconds 20
  npm run bench -- growth --open 1000,10000 --rows 100000,1000000 --engines development,postgres
      --clients 8 --seconds 10 --fill-seconds 300
  npm run bench -- lag --seconds 30 --rate 50
  npm run bench -- cost --seconds 10 --rounds 3 --clients 1,8,32 --against <commit>
  npm run bench -- me --seconds 10 --rounds 3 --clients 30 --against <commit>
  npm run bench -- rest --seconds 60 --rounds 1 --against <commit>`;

const CLIENTS = { all: '1,8,32,100', growth: '8', cost: '1,8,32', me: '30', rest: '0' };

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
  const clients = (bench: keyof typeof CLIENTS) =>
    (values.clients ?? CLIENTS[bench]).split(',').map((each) => number('clients', each, 1, 0, 500));
  const numbers = (name: string, given: string | undefined, otherwise: string) =>
    (given ?? otherwise)
      .split(',')
      .filter((each) => each !== '')
      .map((each) => number(name, each, 0, 1, 10_000_000));
  const against = { ...(values.against !== undefined && { against: values.against }) };
  if (bench === 'all' && more.length === 0)
    return {
      bench,
      clients: clients(bench),
      seconds: number('seconds', values.seconds, 3, 1, 600),
      rounds: number('rounds', values.rounds, 3, 1, 20),
      variants: oneOf('variants', values.variants, PLAIN),
      crowdSeconds: number('crowd-seconds', values['crowd-seconds'], 20, 1, 600),
      writeDocs: values['write-docs'] ?? false,
      ...against,
    };
  if (bench === 'growth' && more.length === 0)
    return {
      bench,
      open: numbers('open', values.open, '1000,10000'),
      rows: numbers('rows', values.rows, '100000'),
      engines: oneOf('engines', values.engines, ENGINES),
      clients: number('clients', values.clients, 8, 1, 500),
      seconds: number('seconds', values.seconds, 10, 1, 600),
      fillSeconds: number('fill-seconds', values['fill-seconds'], 300, 1, 7_200),
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
      clients: clients(bench),
      ...against,
    };
  throw new ClearError(`${positionals.join(' ')}? Known:${USAGE}`);
}

/** @returns those that are given, separated by commas; all unless said @throws ClearError naming one that there is not */
function oneOf<Name extends string>(option: string, given: string | undefined, all: readonly Name[]): Name[] {
  if (given === undefined) return [...all];
  return given
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const known = all.find((each) => each === name);
      if (known === undefined) throw new ClearError(`--${option} ${name}: there are ${all.join(', ')}.`);
      return known;
    });
}

function parse(args: readonly string[]) {
  const string = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ seconds: string, rate: string, rounds: string, clients: string, against: string },
        ...{ open: string, rows: string, engines: string, 'fill-seconds': string },
        ...{ variants: string, 'crowd-seconds': string, 'write-docs': { type: 'boolean' } },
      },
    });
  } catch (error) {
    throw new ClearError(`${error instanceof Error ? error.message : String(error)} Known:${USAGE}`);
  }
}
