import { z } from 'zod';
import type { Strike } from './tokens';

const rate = z.number().min(0).max(1).default(0);
const milliseconds = z.int().min(0).max(60_000);

/** What `PUT /faults` takes; what is left out is off. */
export const Faults = z
  .strictObject({
    /** Shortest and longest extra time of an answer, uniform between the two. */
    latencyMs: z
      .tuple([milliseconds, milliseconds])
      .refine(([shortest, longest]) => shortest <= longest, 'must rise')
      .default([0, 0]),
    /** 500, and nothing happened. */
    errorRate: rate,
    /** 500, although it happened. */
    errorAfterRate: rate,
    /** It happened, and the answer never comes. */
    lostRate: rate,
    down: z.boolean().default(false),
    /** The provider relents: charges by tok_norefund can be refunded. */
    allowRefunds: z.boolean().default(false),
  })
  .refine((faults) => faults.errorRate + faults.errorAfterRate + faults.lostRate <= 1 + 1e-9, {
    message: 'the three rates add up to more than 1',
  });
export type Faults = z.infer<typeof Faults>;

/** What the drill has in store for one request. */
export interface Fate {
  latencyMs: number;
  strikes: Strike;
}

/** One throw of the dice for one request. */
export function drawFate(faults: Faults): Fate {
  return { latencyMs: drawLatency(faults), strikes: drawStrike(faults) };
}

export function drawLatency({ latencyMs: [shortest, longest] }: Faults): number {
  return Math.round(shortest + Math.random() * (longest - shortest));
}

function drawStrike({ errorRate, errorAfterRate, lostRate }: Faults): Strike {
  const dice = Math.random();
  if (dice < errorRate) return 'before';
  if (dice < errorRate + errorAfterRate) return 'after';
  if (dice < errorRate + errorAfterRate + lostRate) return 'answer';
  return 'nothing';
}
