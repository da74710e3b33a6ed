import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import { refusedCancel as refusedForBooking } from '../../workflows/movie/policy';
import { refusedCancel as refusedForOrder } from '../../workflows/food/policy';
import { endpoint, type Api } from '../endpoint';
import { orderView, OrderView } from '../food/views';
import type { Operation } from '../idempotency';
import { bookingView, BookingView } from '../movie/views';
import { Problem, type ProblemCode } from '../problems';
import { unlessAway } from '../reach';
import { Note, typeId } from '../schemas';

const LOOK_EVERY_MS = 100;
const tag = 'Operations';
const Why = z.strictObject({ reason: Note.meta({ description: 'Its customer reads it' }) });

interface Withdrawn<Row extends { id: string; status: string }> {
  read: (id: string) => Promise<Row | undefined>;
  refused: (row: Row) => ProblemCode | undefined;
}

/**
 * What Haru itself has to call off: an operator cancels the saga, which gives the money back, or parks it where that is
 * refused. Bounds in time that hold for customers do not hold here.
 */
export function withdrawalRoutes(api: Api): void {
  const { foodReads, movieReads, pages } = api.deps;

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/operations/bookings/{id}/cancel',
      summary: 'Cancel a booking in the name of Haru: the money back, the seats free',
      tag,
      who: ['admin'],
      params: z.strictObject({ id: typeId('bkg') }),
      body: Why,
      example: () => ({ reason: '상영이 취소되었습니다' }),
      answers: { 200: BookingView, 202: BookingView },
      problems: ['already-collected', 'already-cancelled', 'no-show', 'conflict'],
    },
    async ({ caller, params: { id }, operation }) => {
      const { status, row } = await withdrawn(api, id, operation, {
        read: (id) => movieReads.booking(id),
        // The screening may be near, or have begun.
        refused: ({ status, startsAt }) => refusedForBooking(status, startsAt.getTime(), 0),
      });
      return { status, body: bookingView(row, caller) };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/operations/orders/{id}/cancel',
      summary: 'Cancel an order in the name of Haru: the money back, the delivery called off',
      tag,
      who: ['admin'],
      params: z.strictObject({ id: typeId('ord') }),
      body: Why,
      example: () => ({ reason: '상영이 취소되었습니다' }),
      answers: { 200: OrderView, 202: OrderView },
      problems: ['already-delivered', 'already-cancelled', 'conflict'],
    },
    async ({ caller, params: { id }, operation }) => {
      const { status, row } = await withdrawn(api, id, operation, {
        read: (id) => foodReads.order(id),
        refused: ({ status }) => refusedForOrder(status),
      });
      const deliveries = await unlessAway(pages.deliveries([id]), () => undefined);
      return { status, body: orderView(row, deliveries?.get(id), caller) };
    },
  );
}

/** @returns it cancelled; or as it stands while that is under way, or waits for a decision about its money (202) */
async function withdrawn<Row extends { id: string; status: string }>(
  { deps }: Api,
  id: string,
  { answerBy, askedBefore }: Operation,
  { read, refused }: Withdrawn<Row>,
): Promise<{ status: 200 | 202; row: Row }> {
  const found = async () => {
    const row = await read(id);
    if (!row) throw new Problem('not-found');
    return row;
  };
  let row = await found();
  const before = refused(row);
  if (before && !(askedBefore && row.status === 'CANCELLED')) throw new Problem(before);
  if (before === undefined)
    await deps.temporal.workflow
      .getHandle(id)
      .cancel()
      .catch((error: unknown) => {
        // It has just ended: its row tells how.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  for (; refused(row) === undefined && Date.now() < answerBy; row = await found()) await pause(LOOK_EVERY_MS);
  if (row.status === 'CANCELLED') return { status: 200, row };
  const instead = refused(row);
  if (instead) throw new Problem(instead);
  return { status: 202, row };
}
