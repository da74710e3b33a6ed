import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { typeid } from 'typeid-js';
import type { Fate } from './faults';
import { outcomeOfTheFirst } from './in-flight';
import { notProcessed, providerError } from './refusal';
import type { Refund, RefundOrder } from './charges';
import { complete, findRefund, refundsLongInProcess, register, release } from './refunds';

/** The refunds that a request of this process is busy with. */
const underway = new Set<string>();

/**
 * Gives back a part of a charge, once per key. The key is on record, committed, before any delay or fault: one that is
 * unknown a moment after its request was sent never arrived.
 * @param relent refund even what tok_norefund captured
 * @throws Refusal unknown_charge, charge_not_captured, refund_refused, refund_exceeds_charge, key_reused, in_flight;
 *   provider_error and not_processed when nothing was processed
 */
export async function refund(pool: Pool, order: RefundOrder, fate: Fate, relent: boolean): Promise<Refund> {
  const atOnce = fate.latencyMs === 0 && fate.strikes !== 'before';
  const id = typeid('rfd').toString();
  underway.add(id);
  try {
    const made = await register(pool, id, order, atOnce ? 'refunded' : 'processing', relent);
    if (fate.latencyMs > 0) await sleep(fate.latencyMs);
    if (fate.strikes === 'before') {
      if (made) await release(pool, id);
      throw providerError();
    }
    if (!made) return await outcomeOfTheFirst(() => findRefund(pool, order));
    const done = atOnce ? made : ((await complete(pool, id)) ?? (await findRefund(pool, order)));
    if (!done) throw notProcessed();
    return done;
  } finally {
    underway.delete(id);
  }
}

/** Completes refunds that a killed process, or a lost database connection, left in process; drills do not touch it. */
export async function completeLeftovers(pool: Pool): Promise<void> {
  // Asked before the database: a request that ends meanwhile must not look like one that was abandoned.
  const busy = new Set(underway);
  for (const id of await refundsLongInProcess(pool)) if (!busy.has(id)) await complete(pool, id);
}
