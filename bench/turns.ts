import { median } from './figures';

/** What is counted, by its name: each booking's share, or what the name says. */
export type Cost = Record<string, number>;

/** By variant, then by the number of customers: medians over the rounds. */
export type Costs = Record<string, Record<string, Cost>>;

/** Each once a round, every second round in reverse: who comes first or last in one does not in the next. @param measure by the number of customers */
export async function takeTurns<Named extends { name: string }>(
  variants: readonly Named[],
  rounds: number,
  measure: (variant: Named) => Promise<Record<string, Cost>>,
): Promise<Costs> {
  const turns: [variant: string, turn: Record<string, Cost>][] = [];
  for (let n = 0; n < rounds; n++)
    for (const variant of n % 2 === 0 ? variants : variants.toReversed())
      turns.push([variant.name, await measure(variant)]);
  return Object.fromEntries(
    variants.map(({ name }) => {
      const own = turns.filter(([variant]) => variant === name).map(([, turn]) => turn);
      return [name, mapValues(own[0] ?? {}, (_, clients) => medians(own.map((turn) => turn[clients] ?? {})))];
    }),
  );
}

function medians(costs: readonly Cost[]): Cost {
  const names = new Set(costs.flatMap((cost) => Object.keys(cost)));
  return Object.fromEntries([...names].map((name) => [name, median(costs.map((cost) => cost[name] ?? 0))]));
}

const mapValues = <Value, Made>(record: Record<string, Value>, make: (value: Value, key: string) => Made) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value, key)]));
