import '../engine/fail-clearly';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from '../domains';
import { ROOT } from '../root';

const FILE = join(ROOT, 'docker-compose.yml');
const MARKS = /(?<=^ {2}# Workers, by `npm run compose`:\n)[^]*?(?=^ {2}# End of workers\.\n)/m;

/** Payment's worker has settings of its own, and stands by itself. */
const workers = SERVICES.filter((service) => service !== 'payment').map(
  (service) => `  worker-${service}:
    <<: *haru
    command: [node, dist/workers/main.js, ${service}]

`,
);

/** `npm run compose` writes the workers into docker-compose.yml; with `-- --check` it only says whether that is needed. */
function main(check: boolean): void {
  const before = readFileSync(FILE, 'utf8');
  const after = before.replace(MARKS, workers.join(''));
  if (!check) writeFileSync(FILE, after);
  if (readFileSync(FILE, 'utf8') === after) return;
  console.error('docker-compose.yml does not have the workers of domains.ts: npm run compose');
  process.exitCode = 1;
}

main(process.argv.includes('--check'));
