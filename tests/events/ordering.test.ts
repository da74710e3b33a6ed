import { extent } from '../extent';
import { keepsOrder } from './ordering';
import { overPostgres } from './transport';

keepsOrder(() => overPostgres, {
  events: extent(4_000, 20_000),
  kills: extent(4, 20),
  freezes: extent(1, 10),
  control: true,
});
