import { z } from 'zod';
import type { buyPass } from '../../workflows/kickboard/buy-pass';
import { type BuyPass, PASS } from '../../workflows/kickboard/contract';
import { passBought } from '../../workflows/kickboard/messages';
import { krw } from '../../workflows/wording';
import { visible } from '../caller';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import { CARD } from '../examples';
import { refuseUnknownToken, Payment } from '../payment/means';
import { listRoute } from '../list';
import { Problem, problemOf } from '../problems';
import type { Beginning } from '../beginning';
import { progressRoute } from '../progress';
import { typeId } from '../schemas';
import { passView, PassView } from './views';

const Id = z.strictObject({ id: typeId('pas') });

/** Seed 000, K1, K6: a customer buys a pass, and sees how many rides it has left. */
export function passRoutes(api: Api): void {
  const { deps } = api;
  const { kickboardReads } = deps;
  const { passTypes } = deps.config;
  const tag = 'Kickboard';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/passes',
      summary: 'Buy a pass',
      tag,
      who: ['customer'],
      body: z.strictObject({ type: z.enum(Object.keys(passTypes)), payment: Payment }),
      example: () => ({ type: '1', payment: CARD }),
      answers: { 201: PassView },
      problems: ['payment-declined', 'unknown-token', 'payment-unavailable', 'kickboard-unavailable-now'],
      makes: 'pas',
    },
    async ({ caller, body: { type, payment }, operation }) => {
      const { thingId: id, answerBy } = operation;
      const terms = passTypes[type];
      if (!terms) throw new Problem('invalid-request');
      const pass = await deps.sagas.make(operation, {
        read: () => kickboardReads.pass(id),
        isOpen: ({ status }) => status === 'READY_FOR_PAY',
        saga: () => {
          refuseUnknownToken(deps.config, payment);
          return passSaga(deps, { id, customer: caller.user, type, ...terms, payment, answerBy });
        },
      });
      if (!pass || pass.status === 'FAILED') throw problemOf(pass?.failure, 'kickboard-unavailable-now');
      return { status: 201, location: `/v1/passes/${id}`, body: passView(pass, caller) };
    },
  );

  listRoute(api, {
    path: '/v1/passes',
    summary: 'Your passes with the rides that are left',
    tag,
    who: ['customer'],
    seesAll: () => false,
    prefix: 'pas',
    filter: { status: z.enum(PASS.statuses).optional() },
    view: PassView,
    read: (filter, page) => kickboardReads.passes(filter, page),
    show: (rows, caller) => rows.map((row) => passView(row, caller)),
  });

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/passes/{id}',
      summary: 'A pass',
      tag,
      who: ['customer', 'admin'],
      params: Id,
      answers: { 200: PassView },
    },
    async ({ caller, params }) => ({
      status: 200,
      body: passView(visible(await kickboardReads.pass(params.id), caller), caller),
    }),
  );

  progressRoute(api, {
    things: 'passes',
    prefix: 'pas',
    tag,
    service: 'kickboard',
    find: async (id, caller) => visible(await kickboardReads.pass(id), caller),
  });
}

const passSaga = ({ passes }: Deps, order: BuyPass): Beginning<typeof buyPass> => ({
  service: 'kickboard',
  workflow: 'buyPass',
  args: [order],
  answer: passBought,
  customer: order.customer,
  circuit: order.payment.method,
  summary: `pass ${order.type} · ${krw(order.price)}`,
  about: { rides: order.rides, price: `${krw(order.price)} by ${order.payment.method}` },
  refuse: (failure) => passes.fail(order, failure),
});
