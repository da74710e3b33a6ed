import { z } from 'zod';
import type { TopUp } from '../../workflows/payment/contract';
import { toppedUp } from '../../workflows/payment/messages';
import { TOP_UP_AT_LEAST, TOP_UP_AT_MOST } from '../../workflows/payment/policy';
import type { topUp } from '../../workflows/payment/top-up';
import { krw } from '../../workflows/wording';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import { CARD } from '../examples';
import { Problem, problemOf } from '../problems';
import type { Beginning } from '../beginning';
import { Money, typeId } from '../schemas';
import { createdAtOf, Made } from '../thing';
import { CardPayment, refuseUnknownToken } from './means';

const NewTopUp = z.strictObject({
  amount: z
    .int()
    .min(TOP_UP_AT_LEAST)
    .max(TOP_UP_AT_MOST)
    .meta({ description: `Whole KRW, ${TOP_UP_AT_LEAST}–${TOP_UP_AT_MOST}` }),
  payment: CardPayment,
});

const TopUpView = z
  .strictObject({
    id: typeId('top'),
    amount: Money,
    balance: Money.meta({ description: 'Whole KRW, after this top-up' }),
    ...Made,
  })
  .meta({ id: 'TopUp' });

const topUpView = (id: string, amount: number, balance: number): z.output<typeof TopUpView> => ({
  ...{ id, amount, balance },
  createdAt: createdAtOf(id),
});

/** Seed 004, B5: a customer pays into their deposit by card. */
export function topUpRoutes(api: Api): void {
  const { deps } = api;
  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/deposits/top-ups',
      summary: 'Pay into your deposit',
      tag: 'Deposit',
      who: ['customer'],
      body: NewTopUp,
      example: () => ({ amount: 10_000, payment: CARD }),
      answers: { 201: TopUpView },
      problems: ['payment-declined', 'unknown-token', 'payment-unavailable'],
      makes: 'top',
    },
    async ({ caller, body: wanted, operation }) => {
      const { thingId: id, answerBy } = operation;
      const order: TopUp = { id, customer: caller.user, ...wanted, answerBy };
      const made = await deps.sagas.make(operation, {
        read: () => deps.paymentReads.topUp(id),
        saga: () => {
          refuseUnknownToken(deps.config, wanted.payment);
          return topUpSaga(deps, order);
        },
      });
      if (made?.status !== 'CREDITED' || made.balance === null)
        throw problemOf(made?.failure, 'payment-unavailable');
      const body = topUpView(id, made.amount, made.balance);
      return { status: 201, location: `/v1/deposits/top-ups/${id}`, body };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/deposits/top-ups/{id}',
      summary: 'A top-up of yours',
      tag: 'Deposit',
      who: ['customer'],
      params: z.strictObject({ id: typeId('top') }),
      answers: { 200: TopUpView },
    },
    async ({ caller, params: { id } }) => {
      const made = await deps.paymentReads.topUp(id);
      if (made?.customer !== caller.user || made.balance === null) throw new Problem('not-found');
      return { status: 200, body: topUpView(id, made.amount, made.balance) };
    },
  );
}

const topUpSaga = ({ topUps }: Deps, order: TopUp): Beginning<typeof topUp> => ({
  service: 'payment',
  workflow: 'topUp',
  args: [order],
  answer: toppedUp,
  customer: order.customer,
  circuit: order.payment.method,
  summary: krw(order.amount),
  about: { amount: `${krw(order.amount)} by ${order.payment.method}` },
  refuse: (failure) => topUps.fail(order, failure),
});
