import { z } from 'zod';
import type { convertPoints } from '../../workflows/bike/convert-points';
import type { ConvertPoints } from '../../workflows/bike/contract';
import { pointsConverted } from '../../workflows/bike/messages';
import { moneyFor } from '../../workflows/bike/policy';
import { krw } from '../../workflows/wording';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import type { Operation } from '../idempotency';
import { Problem, problemOf } from '../problems';
import { reached } from '../reach';
import { cursorOf, Instant, listOf, Money, Page, pageOf, typeId, User } from '../schemas';
import { createdAtOf, Made } from '../thing';

const Points = z.int().min(0).max(1_000_000_000);

const ManagerView = z
  .strictObject({ points: Points, reports: z.int().meta({ description: 'How many were applied' }) })
  .meta({ id: 'Manager' });

const RegisteredView = ManagerView.extend({ user: z.string(), ...Made }).meta({ id: 'RegisteredManager' });

const EntryView = z
  .strictObject({
    id: typeId('pte'),
    at: Instant,
    kind: z.enum(['OPENING', 'REPORT', 'CONVERSION', 'GIVEN_BACK']),
    points: z.int().meta({ description: 'Negative for what went' }),
    balance: Points.meta({ description: 'Points, after this' }),
    reference: z.string().meta({ description: 'Id of the report or conversion' }),
  })
  .meta({ id: 'PointEntry' });

const ConversionView = z
  .strictObject({
    id: typeId('cnv'),
    points: Points.meta({ description: 'Converted' }),
    deposit: Money.meta({ description: 'Whole KRW that were credited' }),
    pointsLeft: Points,
    balance: Money.meta({ description: 'Of your deposit, after this' }),
    ...Made,
  })
  .meta({ id: 'Conversion' });

/** Seed 004, B6, B7: managers, their points, and how points become money. */
export function managerRoutes(api: Api): void {
  const { deps } = api;
  const { bikeReads, paymentReads, points } = deps;
  const tag = 'Bike';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/managers',
      summary: 'Register a bike manager, with points to begin with',
      tag,
      who: ['admin'],
      body: z.strictObject({ user: User, points: Points.default(0) }),
      example: (offer) => ({ user: offer('newManager'), points: 100 }),
      answers: { 201: RegisteredView },
      problems: ['already-registered'],
      makes: 'mgr',
    },
    async ({ body: { user, points: opening }, operation }) => {
      await deps.presence.of('bike');
      if (!(await points.register(user, opening, operation.thingId))) throw new Problem('already-registered');
      const { thingId: id } = operation;
      return { status: 201, location: `/v1/managers/${id}`, body: await registered(id, user) };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/managers/me',
      summary: 'Your points and how many reports earned them',
      tag,
      who: ['manager'],
      answers: { 200: ManagerView },
    },
    async ({ caller }) => ({ status: 200, body: await bikeReads.manager(caller.user) }),
  );

  // After managers/me, which it would take for an id.
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/managers/{id}',
      summary: 'Whom a registration made a manager, and how they stand',
      tag,
      who: ['admin'],
      params: z.strictObject({ id: typeId('mgr') }),
      answers: { 200: RegisteredView },
    },
    async ({ params: { id } }) => {
      const user = await bikeReads.registered(id);
      if (user === undefined) throw new Problem('not-found');
      return { status: 200, body: await registered(id, user) };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/managers/me/entries',
      summary: 'How your points came and went, newest first',
      tag,
      who: ['manager'],
      query: Page.extend({ cursor: cursorOf('pte') }),
      answers: { 200: listOf(EntryView) },
    },
    async ({ caller, query: { limit, cursor } }) => {
      const rows = await bikeReads.pointEntries(caller.user, limit + 1, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      const data = page.map((entry) => ({ ...entry, at: entry.at.toISOString() }));
      return { status: 200, body: { data, nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/managers/me/conversions',
      summary: 'Turn points into deposit: a point is 1 KRW',
      tag,
      who: ['manager'],
      body: z.strictObject({ points: Points.min(1) }),
      example: () => ({ points: 10 }),
      answers: { 201: ConversionView },
      problems: ['not-enough-points', 'payment-unavailable', 'bike-unavailable-now'],
      makes: 'cnv',
    },
    async ({ caller, body, operation }) => {
      const { thingId: id, answerBy, askedBefore } = operation;
      const order: ConvertPoints = { id, manager: caller.user, points: body.points, answerBy };
      if (!askedBefore || (await credited(id))?.status !== 'CREDITED') await convert(deps, order, operation);
      const { taken, credit, view } = await conversion(id);
      // Where no points were taken it is bikes that do not answer, whatever payment says of it.
      if (!taken) throw new Problem('bike-unavailable-now');
      if (!view) throw problemOf(taken.failure ?? credit?.failure, 'bike-unavailable-now');
      return { status: 201, location: `/v1/managers/me/conversions/${id}`, body: view };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/managers/me/conversions/{id}',
      summary: 'A conversion of yours',
      tag,
      who: ['manager'],
      params: z.strictObject({ id: typeId('cnv') }),
      answers: { 200: ConversionView },
    },
    async ({ caller, params: { id } }) => {
      const { taken, view } = await conversion(id);
      if (!view || taken.manager !== caller.user) throw new Problem('not-found');
      return { status: 200, body: view };
    },
  );

  async function registered(id: string, user: string) {
    return { user, ...(await bikeReads.manager(user)), createdAt: createdAtOf(id) };
  }

  /** Points that were taken, and what payment credited for them; without a balance nothing was. */
  async function conversion(id: string) {
    const [taken, credit] = await Promise.all([bikeReads.conversion(id), credited(id)]);
    const { amount: deposit, balance = null } = credit ?? {};
    if (!taken || deposit === undefined || balance === null) return { taken, credit };
    const { points, pointsLeft } = taken;
    const view = { id, points, deposit, pointsLeft, balance, createdAt: createdAtOf(id) };
    return { taken, credit, view };
  }

  function credited(id: string) {
    return reached('payment-unavailable', paymentReads.conversion(id));
  }
}

async function convert(deps: Deps, order: ConvertPoints, operation: Operation): Promise<void> {
  const { sagas, bikeReads, conversions } = deps;
  const { id, manager: customer, points, answerBy } = order;
  // What can be seen beforehand starts no saga; asked before, the points may be taken by this very conversion.
  if (!operation.askedBefore && (await bikeReads.manager(customer)).points < points)
    throw new Problem('not-enough-points');
  const credit = { id, customer, amount: moneyFor(points), answerBy };
  const refuse = () => reached('payment-unavailable', conversions.fail(credit, 'payment-unavailable'));
  try {
    await sagas.begin<typeof convertPoints>(
      {
        service: 'bike',
        workflow: 'convertPoints',
        args: [order],
        answer: pointsConverted,
        customer,
        summary: `${points} points`,
        about: { points, deposit: krw(credit.amount) },
        refuse,
      },
      operation,
    );
  } catch (error) {
    // It may have been credited, and the answer lost: the one place that knows says which.
    if (!(error instanceof Problem && error.code === 'payment-unavailable')) throw error;
    await refuse();
  }
}
