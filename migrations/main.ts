import { config } from '../config';
import { migrateAll } from './migrate';

void migrateAll(config).then(() => process.stdout.write('All schemas are up to date.\n'));
