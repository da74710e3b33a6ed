import { parseArgs } from 'node:util';
import { ClearError } from '../engine/fail-clearly';

export interface LagOptions {
  /** How long events are told and measured. */
  seconds: number;
  /** Events per second. */
  rate: number;
}

const USAGE = 'npm run bench -- lag --seconds 30 --rate 50';

/** Reads the arguments of npm run bench. @throws ClearError naming what it does not take */
export function benchOptions(args: readonly string[]): LagOptions {
  const { values, positionals } = parse(args);
  const [bench = 'lag', ...more] = positionals;
  if (bench !== 'lag' || more.length > 0) throw new ClearError(`${positionals.join(' ')}? Known: ${USAGE}`);
  const number = (name: 'seconds' | 'rate', least: number, most: number): number => {
    const value = Number(values[name]);
    if (value >= least && value <= most) return value;
    throw new ClearError(`--${name} ${values[name]}: must be a number from ${least} to ${most}.`);
  };
  return { seconds: number('seconds', 1, 3_600), rate: number('rate', 1, 2_000) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '30' },
        rate: { type: 'string', default: '50' },
      },
    });
  } catch (error) {
    throw new ClearError(`${error instanceof Error ? error.message : String(error)} Known: ${USAGE}`);
  }
}
