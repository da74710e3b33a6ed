import type { Figures } from './whole';

/** What a ratio or figure must reach, and what it is to reach in the end. */
export interface Bar {
  name: string;
  value: number;
  floor: number;
  aim?: number;
  /** Whether less is better. */
  atMost?: boolean;
}

/** The seed's own figures, as its README gives them. */
const SEED = { served: 63.55, readsPerSecond: 372 };

/** The bars of speed; those whose variant was left out are not there. */
export function barsOf({ costs, crowds, reads }: Figures): Bar[] {
  const of = (variant: string | undefined, clients: number, what: string) =>
    variant === undefined ? undefined : costs[variant]?.[clients]?.[what];
  const earlier = Object.keys(costs).find((name) => !PRESENT.has(name));
  const rate = (variant: string | undefined, clients: number) => of(variant, clients, 'booked a second');
  const p50 = (variant: string | undefined) => of(variant, 1, 'p50, ms');
  const siege = (variant: string | undefined, what: string) =>
    variant === undefined ? undefined : crowds[variant]?.['siege']?.[what];
  const heeding = (what: string) => crowds['Haru']?.['heeding']?.[what];
  const read = (who: string, what: string) => Object.values(reads[who] ?? {})[0]?.[what];
  const bar = (name: string, value: number | undefined, rest: Omit<Bar, 'name' | 'value'>) =>
    value === undefined ? [] : [{ name, value, ...rest }];
  const less = { atMost: true };
  return [
    ...bar('32 clients: 201s ÷ bare', over(rate('Haru', 32), rate('bare', 32)), { floor: 0.8, aim: 1.2 }),
    ...bar(`32 clients: 201s ÷ ${earlier}`, over(rate('Haru', 32), rate(earlier, 32)), {
      ...{ floor: 2, aim: 3.5 },
    }),
    ...bar('32 clients: 201s ÷ textbook', over(rate('Haru', 32), rate('textbook', 32)), {
      ...{ floor: 1, aim: 3 },
    }),
    ...bar('alone: p50 ÷ bare', over(p50('Haru'), p50('bare')), { floor: 2, aim: 1.2, ...less }),
    ...bar(`alone: p50 ÷ ${earlier}`, over(p50('Haru'), p50(earlier)), { floor: 0.6, aim: 0.4, ...less }),
    ...bar('heeding: acts in 201 within 30 s, %', heeding('acts served within 30 s, %'), { floor: 95 }),
    ...bar('heeding: 201s ÷ bare at 100', over(heeding('booked a second'), rate('bare', 100)), {
      floor: 0.7,
    }),
    ...bar('heeding: refusal p99, ms', heeding('p99 of a refusal, ms'), { floor: 100, ...less }),
    ...bar('siege: 201, % of answers', siege('Haru', 'booked, % of answers'), { floor: SEED.served }),
    ...bar('siege: answers not as designed', siege('Haru', 'any other answer'), { floor: 0, ...less }),
    ...bar('siege: slowest answer, ms', siege('Haru', 'slowest answer, ms'), { floor: 5_000, ...less }),
    ...bar(
      `siege: 201s ÷ ${earlier}`,
      over(siege('Haru', 'booked a second'), siege(earlier, 'booked a second')),
      { floor: 2 },
    ),
    ...bar('reads at 30: a second', read('Haru', 'reads a second'), { floor: 2 * SEED.readsPerSecond }),
    ...bar(
      'reads at 30: ÷ bare Express',
      over(read('Haru', 'reads a second'), read('Express', 'reads a second')),
      {
        floor: 0.5,
      },
    ),
    ...bar('reads at 30: p99, ms', read('Haru', 'p99, ms'), { floor: 50, ...less }),
  ];
}

const PRESENT = new Set(['Haru', 'textbook', 'bare', 'floor', 'DBOS']);

/** "held", "held, aim reached", or by how much of the bar it is missed. */
export function verdictOf({ value, floor, aim, atMost = false }: Bar): string {
  const reaches = (bar: number) => (atMost ? value <= bar : value >= bar);
  if (!reaches(floor)) {
    const by = floor === 0 ? `${value}` : `${Math.round((Math.abs(value - floor) / floor) * 100)} %`;
    return `missed by ${by}`;
  }
  return aim !== undefined && reaches(aim) ? 'held, aim reached' : 'held';
}

/** To hundredths; undefined where one of them is missing. */
const over = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined || other === 0 ? undefined : Math.round((one / other) * 100) / 100;
