import '../engine/fail-clearly';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../root';
import { eventsPage } from './events-page';

const PAGE = join(ROOT, 'docs', 'events.md');

/** `npm run docs:events` writes docs/events.md anew; with `-- --check` it only says whether that is needed. */
async function main(check: boolean): Promise<void> {
  const page = await format(eventsPage(), { ...(await resolveConfig(PAGE)), filepath: PAGE });
  if (!check) writeFileSync(PAGE, page);
  if (readFileSync(PAGE, 'utf8') === page) return;
  console.error('docs/events.md is not what activities/*/events.ts say: npm run docs:events');
  process.exitCode = 1;
}

void main(process.argv.includes('--check'));
