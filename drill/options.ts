import { ClearError } from '../engine/fail-clearly';

export interface DrillOptions {
  /** So many charges are to reach the provider, or be decided. */
  charges: number;
  /** Share of the provider's answers that leave open what it did. */
  unknown: number;
  seed: number;
  /** So long all payment workers serve before the next one dies: a slow machine has workers, too. */
  killEveryMs: number;
  /** So many customers at once. */
  atOnce: number;
}

const USAGE = 'npm run drill -- money --charges 1000 --unknown 0.2 --seed 1 --kill-every 4 --at-once 16';

/** Reads the arguments of npm run drill. @throws ClearError naming what it does not take */
export function drillOptions([drill = 'money', ...args]: readonly string[]): DrillOptions {
  if (drill !== 'money') throw new ClearError(`There is no drill ${drill}. Known: ${USAGE}`);
  const given = new Map<string, string>();
  // Both `--seed 1` and `--seed=1`.
  const words = args.flatMap((arg) => (arg.startsWith('--') ? arg.split('=') : [arg]));
  for (let i = 0; i < words.length; i += 2) {
    const [, name] = /^--(charges|unknown|seed|kill-every|at-once)$/.exec(words[i] ?? '') ?? [];
    const value = words[i + 1];
    if (name === undefined || value === undefined) throw new ClearError(`${words[i]}? Known: ${USAGE}`);
    given.set(name, value);
  }
  const number = (name: string, byDefault: number, least: number, most: number): number => {
    const value = Number(given.get(name) ?? byDefault);
    if (value >= least && value <= most) return value;
    throw new ClearError(`--${name} ${given.get(name)}: must be a number from ${least} to ${most}.`);
  };
  return {
    charges: Math.round(number('charges', 1_000, 1, 1_000_000)),
    unknown: number('unknown', 0.2, 0, 1),
    seed: Math.round(number('seed', Date.now() % 1_000_000, 0, 2 ** 32 - 1)),
    killEveryMs: number('kill-every', 4, 0.5, 3_600) * 1_000,
    atOnce: Math.round(number('at-once', 16, 1, 200)),
  };
}
