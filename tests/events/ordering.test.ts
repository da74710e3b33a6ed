import { keepsOrder } from './ordering';
import { overPostgres } from './transport';

keepsOrder(() => overPostgres, { events: 4_000, kills: 4, control: true });
