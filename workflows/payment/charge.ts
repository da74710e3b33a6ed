import type { Charge, Income, PaymentMeans } from './contract';

interface Paid {
  id: string;
  customer: string;
  payment: PaymentMeans;
  answerBy: number;
}

/** The charge for a booking, an order … @param amount whole KRW */
export const chargeFor = (
  { id, customer, payment, answerBy }: Paid,
  amount: number,
  income: Income,
): Charge => ({ for: id, customer, amount, by: payment, income, answerBy });
