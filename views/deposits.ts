import type { DepositMoved } from '../activities/payment/events';
import type { View } from './view';

/** What each customer's deposit holds (seed 004, B5). */
export const deposits: View = {
  name: 'deposits',
  sources: ['payment'],
  key: 'customer',
  // Movements of one deposit are subjects of their own: the higher number is the later.
  grows: 'number',
  columnsOf: ({ type, customer, data }) => {
    if (type !== 'payment.deposit-moved' && type !== 'payment.deposit-recorded') return undefined;
    const { balance, number } = data as unknown as DepositMoved;
    return { customer, balance, number };
  },
};
