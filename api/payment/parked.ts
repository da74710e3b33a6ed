import { z } from 'zod';
import type { DecisionRow, PaymentReads } from '../../activities/payment/reads';
import type { ParkedRow } from '../../activities/payment/late';
import { type Action, ACTIONS, clearing, type Decision, stepOf } from '../../workflows/payment/contract';
import { decide } from '../../workflows/payment/messages';
import { endpoint, type Api } from '../endpoint';
import type { Operation } from '../idempotency';
import { codeOf, Problem, problemRow } from '../problems';
import { OutcomeUnknown } from '../outages';
import { cursorOf, Instant, listOf, Money, Note, Page, pageOf, typeId } from '../schemas';
import { says } from '../validation-words';

const LEFT_TO_DO = {
  UNDO: 'give the money back',
  LATE_CAPTURE: 'give the money back',
  LATE_REFUND: 'cancel what was refunded, or answer for the money',
  REFUND_IN_DOUBT: 'find out whether the provider refunded',
  MISMATCH: 'bring the ledger and the provider’s statement together',
  REFUND_FAILED: 'refund once more (retry), or pay the customer by other means (settle)',
  DISPUTE: 'answer the dispute at the provider; once it is lost, answer for the money',
} as const satisfies Record<Exclude<ParkedRow['kind'], 'STEP'>, string>;

const leftToDo = ({ kind, key }: ParkedRow) => (kind === 'STEP' ? `undo: ${stepOf(key)}` : LEFT_TO_DO[kind]);

const States = z.enum(['FAILING', 'NEEDS_OPERATOR', 'DONE', 'SETTLED', 'WRITTEN_OFF']);

const ParkedView = z
  .strictObject({
    id: typeId('prk'),
    state: States,
    for: z.string().meta({ description: 'Id of the booking, top-up … whose money it is' }),
    workflowId: z.string(),
    amount: Money.meta({ description: 'Whole KRW at stake' }),
    leftToDo: z.string(),
    ageSeconds: z.int().meta({ description: 'Since it first failed' }),
    history: z.array(
      z.strictObject({
        at: Instant,
        what: z.string(),
        by: z.string().optional(),
        reason: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Parked' });

function parkedView(row: ParkedRow, decisions: readonly DecisionRow[]): z.output<typeof ParkedView> {
  const { id, key, state, amount, failures, error } = row;
  const history = [
    { at: row.failing_since, what: 'began to fail' },
    ...(row.parked_at
      ? [{ at: row.parked_at, what: `needs an operator: ${error} (${failures} failures)` }]
      : []),
    ...decisions
      .filter(({ parked }) => parked === key)
      .map(({ at, action, decided_by: by, reason }) => ({ at, what: action, by, reason })),
    ...(row.ended_at ? [{ at: row.ended_at, what: state }] : []),
  ];
  return {
    id,
    state,
    for: row.business_id,
    workflowId: row.workflow_id,
    amount,
    leftToDo: leftToDo(row),
    ageSeconds: Math.floor((Date.now() - row.failing_since.getTime()) / 1_000),
    history: history
      .sort((a, b) => a.at.getTime() - b.at.getTime())
      .map((event) => ({ ...event, at: event.at.toISOString() })),
  };
}

/** They are asked for side by side, within the time of one. */
const DECIDED_AT_ONCE = 20;

const OutcomeView = z.strictObject({
  id: typeId('prk'),
  status: z.int().meta({ description: 'As the decision on it alone would have been answered' }),
  state: States.optional().meta({ description: 'How it then stands' }),
  code: z.string().optional().meta({ description: 'Of the problem, where there was one' }),
});
const Outcomes = z.strictObject({ data: z.array(OutcomeView) }).meta({ id: 'DecisionOutcomes' });

/** P4: what could not be undone, and what operators do about it. */
export function parkedRoutes(api: Api): void {
  const { paymentReads, sagas } = api.deps;
  const tag = 'Operations';

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/parked',
      summary: 'What could not be undone, the oldest first: what waits for an operator, unless said',
      tag,
      who: ['admin'],
      query: Page.extend({ cursor: cursorOf('prk'), state: States.default('NEEDS_OPERATOR') }),
      answers: { 200: listOf(ParkedView) },
    },
    async ({ query: { limit, cursor, state } }) => {
      const rows = await paymentReads.parked(state, limit + 1, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      const decisions = await paymentReads.decisionsOn(page.map(({ key }) => key));
      return { status: 200, body: { data: page.map((row) => parkedView(row, decisions)), nextCursor } };
    },
  );

  for (const action of ACTIONS)
    endpoint(
      api,
      {
        method: 'post',
        path: `/v1/operations/parked/{id}/${action}`,
        summary: SUMMARIES[action],
        tag,
        who: ['admin'],
        params: z.strictObject({ id: typeId('prk') }),
        body: z.strictObject({ reason: Note }),
        example: () => ({ reason: '결제사와 통화해 확인했습니다' }),
        answers: { 200: ParkedView },
        problems: ['not-parked', 'still-in-doubt', 'refund-owed', 'payment-unavailable'],
      },
      async ({ caller, params, body, operation }) => {
        const { key } = await decided(params.id, operation, { action, by: caller.user, reason: body.reason });
        const row = await found(paymentReads, params.id);
        return { status: 200, body: parkedView(row, await paymentReads.decisionsOn([key])) };
      },
    );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/operations/parked/decisions',
      summary: 'Decide on many at once, each with its own outcome',
      tag,
      who: ['admin'],
      body: z.strictObject({
        ids: z
          .array(typeId('prk'))
          .min(1)
          .max(DECIDED_AT_ONCE)
          .refine((ids) => new Set(ids).size === ids.length, says('id twice'))
          .meta({ uniqueItems: true }),
        action: z.enum(ACTIONS),
        reason: Note,
      }),
      example: (offer) => ({ ids: [offer('prk')], action: 'retry', reason: '결제사가 다시 응답합니다' }),
      answers: { 200: Outcomes },
      problems: ['payment-unavailable'],
    },
    async ({ caller, body: { ids, action, reason }, operation }) => {
      const outcomeOf = async (id: string): Promise<z.output<typeof OutcomeView>> => {
        // Two of them may be of one workflow: each is a question of its own.
        const own = { ...operation, key: `${operation.key}/${id}` };
        try {
          await decided(id, own, { action, by: caller.user, reason });
          return { id, status: 200, state: (await found(paymentReads, id)).state };
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          return { id, status: problemRow(error.code).status, code: codeOf(error.code) };
        }
      };
      return { status: 200, body: { data: await Promise.all(ids.map(outcomeOf)) } };
    },
  );

  /** Has it decided, once: by this attempt or by the same one asked before. */
  async function decided(
    id: string,
    operation: Operation,
    how: Pick<Decision, 'action' | 'by' | 'reason'>,
  ): Promise<ParkedRow> {
    const row = await found(paymentReads, id);
    const ended = async () => {
      const asked = [row.workflow_id, row.id].map((asked) => sagas.fateOf(asked, decide, operation));
      return (await Promise.all(asked)).includes('ended');
    };
    if (operation.askedBefore && (await ended())) return row;
    if (row.state !== 'NEEDS_OPERATOR') throw new Problem('not-parked');
    try {
      const question = { about: row.key, ...how };
      const successor = { workflowId: row.id, ...clearing(row) };
      await sagas.ask<Decision>('payment', row.workflow_id, decide, operation, question, successor);
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) throw error;
      if ((await found(paymentReads, id)).state === 'NEEDS_OPERATOR')
        throw new Problem('payment-unavailable');
      // Its workflow ended just then: by this very decision, or another one.
      if (!(await ended())) throw new Problem('not-parked');
    }
    return row;
  }
}

const SUMMARIES = {
  retry: 'Try once more; answers how it then stands',
  settle:
    'It has been done by hand; money that a customer got by other means is owed to whoever paid them (suspense)',
  'write-off': 'It stays undone: nobody gets the money, it is written off',
} as const satisfies Record<Action, string>;

async function found(reads: PaymentReads, id: string): Promise<ParkedRow> {
  const row = await reads.parkedById(id);
  if (!row) throw new Problem('not-found');
  return row;
}
