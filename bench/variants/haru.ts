import { Client, Connection } from '@temporalio/client';
import { Bookings } from '../bookings';
import { Meter } from '../meter';
import type { Checkout } from './checkout';
import type { Variant } from './variant';

/** All of Haru over HTTP: this commit's or another's. */
export const haru = (checkout: Checkout): Variant => ({
  name: checkout.name === 'present' ? 'Haru' : checkout.name,
  what:
    checkout.name === 'present'
      ? 'all of Haru over HTTP: ledger, events, pages, messages, the ticket'
      : `all of Haru as it was at commit ${checkout.name}`,
  start: async () => {
    const started = await checkout.start();
    const meter = await Meter.open(started.env.DATABASE_URL ?? '', process.pid);
    const connection = await Connection.connect({ address: started.env.TEMPORAL_ADDRESS ?? '' });
    const { workflow } = new Client({ connection });
    const bookings = await Bookings.open(`http://127.0.0.1:${started.env.PORT}`);
    return {
      load: (customers, extent) => bookings.load(customers, extent),
      read: () => meter.read(),
      historyEvents: async () => (await workflow.getHandle(bookings.latest).describe()).historyLength,
      stop: async () => {
        await connection.close();
        await meter.close();
        await started.stop();
      },
    };
  },
});
