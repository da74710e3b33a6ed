import type { Pass } from '../activities/kickboard/events';
import { PASS } from '../activities/kickboard/reads';
import type { View } from './view';

/** How many rides each pass has left (seed 000, K6). */
export const passes: View = {
  name: 'passes',
  sources: ['kickboard'],
  key: 'id',
  page: { columns: PASS },
  columnsOf: ({ type, subject, customer, data }) => {
    if (!type.startsWith('kickboard.pass-')) return undefined;
    const pass = data as unknown as Pass;
    return {
      id: subject,
      customer,
      type: pass.type,
      price: pass.price,
      status: pass.status,
      rides_total: pass.ridesTotal,
      rides_left: pass.ridesLeft,
      payment_id: pass.paymentId,
      payment_method: pass.paymentMethod,
      failure: pass.failure,
    };
  },
};
