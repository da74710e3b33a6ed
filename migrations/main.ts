import { config } from '../config';
import { migrateAll } from './migrate';

const say = (line: string) => void process.stdout.write(`${line}\n`);

void migrateAll(config, say).then(() => say('All schemas are up to date.'));
