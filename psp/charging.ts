import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { typeid } from 'typeid-js';
import { chargesLongInProcess, countAttempt, decide, findCharge, register, release } from './charges';
import type { Charge, ChargeOrder } from './charges';
import type { Fate } from './faults';
import { outcomeOfTheFirst } from './in-flight';
import { keyReused, notProcessed, providerError, Refusal } from './refusal';
import { behaviourOf, type Behaviour } from './tokens';

/** The charges that a request or a sweep of this process is busy with. */
const underway = new Set<string>();

/**
 * Charges once per key. The key is on record, committed, before any delay or fault: one that is unknown
 * a moment after its request was sent never arrived.
 * @returns the decided charge, and whether this very request made it
 * @throws Refusal key_reused, in_flight; provider_error and not_processed when nothing was processed
 */
export async function charge(
  pool: Pool,
  order: ChargeOrder,
  does: Behaviour,
  fate: Fate,
): Promise<{ charge: Charge; fresh: boolean }> {
  // With nothing in between, arrival and decision are one transaction.
  const atOnce = fate.latencyMs === 0 && fate.strikes !== 'before' && does.afterMs + does.refusesFirst === 0;
  const id = typeid('chg').toString();
  underway.add(id);
  try {
    const made = await register(pool, id, order, atOnce ? does.settles : 'processing');
    if (fate.latencyMs > 0) await sleep(fate.latencyMs);
    if (fate.strikes === 'before') {
      if (made) await release(pool, id);
      throw providerError();
    }
    if (made) return { charge: atOnce ? made : await settle(pool, made, does), fresh: true };
    return { charge: await outcomeOfTheFirst(() => findAlike(pool, order)), fresh: false };
  } finally {
    underway.delete(id);
  }
}

async function settle(pool: Pool, charge: Charge, does: Behaviour): Promise<Charge> {
  const early = charge.at.getTime() + does.afterMs - Date.now();
  if (early > 0) await sleep(early);
  if (does.refusesFirst > 0 && (await countAttempt(pool, charge.key)) <= does.refusesFirst) {
    await release(pool, charge.id);
    throw notProcessed();
  }
  const decided = (await decide(pool, charge.id, does.settles)) ?? (await findCharge(pool, 'id', charge.id));
  if (decided === undefined) throw notProcessed();
  return decided;
}

/** @throws Refusal key_reused: the key was used for another charge */
async function findAlike(pool: Pool, order: ChargeOrder): Promise<Charge | undefined> {
  const found = await findCharge(pool, 'key', order.key);
  const alike =
    found?.amount === order.amount && found.currency === order.currency && found.token === order.token;
  if (found && !alike) throw keyReused();
  return found;
}

/**
 * Brings charges to their end that a killed process, or a lost database connection, left in process.
 * Each is settled as its token would have been; drills do not touch it.
 */
export async function settleLeftovers(pool: Pool, failed: (error: unknown) => void): Promise<void> {
  // Asked before the database: a request that ends meanwhile must not look like one that was abandoned.
  const busy = new Set(underway);
  for (const left of await chargesLongInProcess(pool)) {
    const does = behaviourOf(left.token);
    if (does === undefined || busy.has(left.id)) continue;
    underway.add(left.id);
    // Not awaited: a slow one must not keep the others.
    void settle(pool, left, does)
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) failed(error);
      })
      .finally(() => underway.delete(left.id));
  }
}
