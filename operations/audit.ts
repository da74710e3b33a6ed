import { setTimeout as pause } from 'node:timers/promises';
import { config } from '../config';
import { findings, lastingFindings } from '../invariants';
import type { Finding } from '../invariants/law';
import { World } from '../invariants/world';

const LOOKS = 3;
const BETWEEN_LOOKS_MS = 2_000;
/** Breaches of one law that are printed. */
const PRINTED = 20;

/**
 * `npm run audit`: proves over live data that every law holds. Ends with 1 on a breach, and names each; with 2 when
 * it could not look. `npm run audit -- --at-rest` looks once, for data that do not move.
 */
async function main(): Promise<void> {
  const world = await World.open(config);
  try {
    const atRest = process.argv.includes('--at-rest');
    const found = atRest
      ? await findings(world)
      : await lastingFindings(world, LOOKS, () => pause(BETWEEN_LOOKS_MS));
    print(found);
    process.exitCode = found.every(({ breaches }) => breaches.length === 0) ? 0 : 1;
  } finally {
    await world.close();
  }
}

function print(found: readonly Finding[]): void {
  for (const { holds, breaches } of found) {
    console.log(`${breaches.length === 0 ? 'ok    ' : 'BREACH'}  ${holds}`);
    for (const { breach } of breaches.slice(0, PRINTED)) console.log(`          ${breach}`);
    if (breaches.length > PRINTED) console.log(`          and ${breaches.length - PRINTED} more`);
  }
  const broken = found.filter(({ breaches }) => breaches.length > 0).length;
  console.log(`${found.length - broken} hold, ${broken} broken`);
}

main().catch((error: unknown) => {
  console.error(`The audit could not be made: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
});
