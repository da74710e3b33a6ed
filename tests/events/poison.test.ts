import { poison } from './poison';
import { overPostgres } from './transport';

poison(() => overPostgres);
