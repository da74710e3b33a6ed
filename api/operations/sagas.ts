import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SERVICES } from '../../config';
import { HARU_CUSTOMER, HARU_DOMAIN, HARU_OUTCOME } from '../../workflows/search-attributes';
import type { Outcome } from '../../workflows/outcome';
import { endpoint, type Api } from '../endpoint';
import { Instant, listOf, Numeral, Page, unknownCursor, User } from '../schemas';

const STATES = [
  'open',
  'parked',
  'kept',
  'refused',
  'cancelled',
  'no-show',
] as const satisfies readonly Outcome[];
const LONGEST_AGE_S = 366 * 24 * 3_600;
const WITHIN_MS = 5_000;

const SagaView = z
  .strictObject({
    id: z.string().meta({ description: 'Of the workflow, which is that of the booking, ride …' }),
    workflow: z.string(),
    domain: z.string().nullable(),
    customer: z.string().nullable(),
    state: z.string().nullable(),
    startedAt: Instant,
    endedAt: Instant.nullable(),
    ageSeconds: z.int().meta({ description: 'Since it was started' }),
  })
  .meta({ id: 'Saga' });

/** Sagas as the engine knows them, by what they are found by (docs/web-ui.md). */
export function sagaRoutes(api: Api): void {
  const { config, connection } = api.deps;
  const { namespace } = config.temporal;

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/sagas',
      summary: 'Sagas, newest first; as the engine finds them, a moment late',
      tag: 'Operations',
      who: ['admin'],
      query: Page.extend({
        domain: z.enum(SERVICES).optional(),
        state: z.enum(STATES).optional(),
        customer: User.optional(),
        olderThan: Numeral(0, LONGEST_AGE_S).optional().meta({ description: 'Seconds since it was started' }),
      }),
      answers: { 200: listOf(SagaView) },
    },
    async ({ query: { limit, cursor, ...wanted } }) => {
      const request = {
        namespace,
        pageSize: limit,
        query: queryOf(wanted),
        nextPageToken: cursor === undefined ? null : tokenIn(cursor),
      };
      const { executions, nextPageToken } = await connection.withDeadline(Date.now() + WITHIN_MS, () =>
        connection.workflowService.listWorkflowExecutions(request),
      );
      const nextCursor = nextPageToken.length > 0 ? cursorOf(nextPageToken) : null;
      return { status: 200, body: { data: executions.map(sagaView), nextCursor } };
    },
  );
}

const CHECKED = 10;
const checkOf = (token: string) => createHash('sha256').update(token).digest('base64url').slice(0, CHECKED);

/** The engine's own mark of a page. It knows none but its own, and tries others again and again. */
function cursorOf(token: Uint8Array): string {
  const text = Buffer.from(token).toString('base64url');
  return checkOf(text) + text;
}

function tokenIn(cursor: string): Uint8Array {
  const text = cursor.slice(CHECKED);
  if (checkOf(text) !== cursor.slice(0, CHECKED)) throw unknownCursor();
  return Buffer.from(text, 'base64url');
}

interface Wanted {
  domain?: string | undefined;
  state?: string | undefined;
  customer?: string | undefined;
  olderThan?: number | undefined;
}

/** Sagas alone have an outcome. */
function queryOf({ domain, state, customer, olderThan }: Wanted): string {
  const is = ({ name }: { name: string }, value: string | undefined) =>
    value === undefined ? [] : [`${name} = ${quoted(value)}`];
  const before = olderThan === undefined ? undefined : new Date(Date.now() - olderThan * 1_000);
  return [
    `${HARU_OUTCOME.name} IS NOT NULL`,
    ...is(HARU_DOMAIN, domain),
    ...is(HARU_OUTCOME, state),
    ...is(HARU_CUSTOMER, customer),
    ...(before ? [`StartTime <= ${quoted(before.toISOString())}`] : []),
  ].join(' AND ');
}

const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

type Execution = Awaited<
  ReturnType<Api['deps']['connection']['workflowService']['listWorkflowExecutions']>
>['executions'][number];

function sagaView({
  execution,
  type,
  startTime,
  closeTime,
  searchAttributes,
}: Execution): z.output<typeof SagaView> {
  const attribute = ({ name }: { name: string }) => {
    const data = searchAttributes?.indexedFields?.[name]?.data;
    return data ? (JSON.parse(Buffer.from(data).toString()) as string) : null;
  };
  const began = timeOf(startTime) ?? 0;
  const ended = timeOf(closeTime);
  return {
    id: execution?.workflowId ?? '',
    workflow: type?.name ?? '',
    domain: attribute(HARU_DOMAIN),
    customer: attribute(HARU_CUSTOMER),
    state: attribute(HARU_OUTCOME),
    startedAt: new Date(began).toISOString(),
    endedAt: ended === undefined ? null : new Date(ended).toISOString(),
    ageSeconds: Math.max(0, Math.floor((Date.now() - began) / 1_000)),
  };
}

/** @returns epoch milliseconds */
const timeOf = (time: Execution['startTime']): number | undefined =>
  time ? Number(time.seconds ?? 0) * 1_000 + Math.floor((time.nanos ?? 0) / 1_000_000) : undefined;
