import type { Shop } from './shop';
import { bookAtOnce, poolOf } from './steps';
import type { Variant } from './variant';

/** Nothing durable in the midst: what one transaction of the same statements costs. */
export const floor = (shop: Shop): Variant => ({
  name: 'floor',
  what: 'one plain database transaction, nobody charged',
  start: () =>
    shop.start(({ databaseUrl }) => {
      const pool = poolOf(databaseUrl);
      return Promise.resolve({ book: (order) => bookAtOnce(pool, order), stop: () => pool.end() });
    }),
});
