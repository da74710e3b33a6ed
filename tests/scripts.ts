import { compiled } from '../engine/compile.mjs';
import { ROOT } from '../root';

/** All that tests run in processes of their own; compiled before the first of them (tests/global-setup.ts). */
export const SCRIPTS = [
  'psp/main.ts',
  'api/main.ts',
  'workers/main.ts',
  'operations/audit.ts',
  'operations/ops.ts',
  'scripts/compose.ts',
  'scripts/docs-events.ts',
  'demo/haru.ts',
  'tests/client/record.ts',
  'tests/events/reader.ts',
  'tests/faults/crashing-worker.ts',
] as const;
export type Script = (typeof SCRIPTS)[number];

/** What Node is given to run it. */
export const argsOf = (script: Script): string[] => compiled(ROOT, script);
