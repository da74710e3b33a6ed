import { ClearError } from './fail-clearly';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { config } from '../config';
import { postgresHolding } from './postgres';
import { postgresFolder } from './stack';

const pid = postgresHolding(postgresFolder(config));
if (pid !== undefined)
  throw new ClearError(
    `Haru still runs on ${config.home} (PostgreSQL is process ${pid}): stop it first (Ctrl-C).`,
  );

const contents = existsSync(config.home) ? readdirSync(config.home) : [];
for (const name of contents) rmSync(join(config.home, name), { recursive: true, force: true });
console.log(
  contents.length === 0
    ? `Nothing to do: ${config.home} is empty.`
    : `Emptied ${config.home} (${contents.join(', ')}). The next npm start begins anew.`,
);
