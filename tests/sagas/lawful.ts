import type { BookingStatus } from '../../workflows/movie/contract';
import { until } from '../../engine/wait';
import { breachesOfBooks } from '../books';
import type { Desk } from './desk';
import type { Stage } from './stage';

/** Everything that is known of a booking, wherever it is written down. */
interface Account {
  status: BookingStatus | 'none';
  seats: string[];
  ticket: string;
  /** The bank's truth, in order: capture, refund. */
  statement: string[];
  /** What the payment service believes, in the same words. */
  books: string[];
  net: number;
  workflow: string;
  /** What the workflow returned. */
  result: unknown;
}

/** Not a failure of the workflow's: something arrived just as it was ending, and it is asked once more. */
const UNHANDLED_COMMAND = 1;

interface Law {
  seats: string;
  tickets: string[];
  statements: string[];
  workflow: string;
}

const PAID = { seats: 'SOLD', statements: ['capture'] };
const LAWS: Partial<Record<string, Law>> = {
  BOOKED: { ...PAID, tickets: ['none', 'ISSUED'], workflow: 'RUNNING' },
  COLLECTED: { ...PAID, tickets: ['COLLECTED'], workflow: 'COMPLETED' },
  NO_SHOW: { ...PAID, tickets: ['none', 'ISSUED'], workflow: 'COMPLETED' },
  CANCELLED: { seats: 'FREED', statements: ['capture,refund'], tickets: ['VOID'], workflow: 'COMPLETED' },
  FAILED: { seats: 'FREED', statements: ['', 'capture,refund'], tickets: ['none'], workflow: 'COMPLETED' },
};

/** What is wrong with an account; a booking of which nothing is wrong has come to a lawful end, or waits lawfully. */
function breachesIn({ status, seats, ticket, statement, books, net, workflow, result }: Account): string[] {
  const law = LAWS[status];
  if (!law) return [`${status} is no end`];
  const breaches: string[] = [];
  const must = (holds: boolean, breach: string) => holds || breaches.push(`${status}, but ${breach}`);
  must(law.statements.includes(statement.join()), `the bank says: ${statement.join() || 'nothing'}`);
  must(law.seats === 'FREED' ? net === 0 : net > 0, `${net} KRW are with us`);
  must(
    seats.every((seat) => seat === law.seats),
    `its seats are ${seats.join()}`,
  );
  must(status === 'FAILED' || seats.length > 0, 'it has no seats');
  must(law.tickets.includes(ticket), `its ticket is ${ticket}`);
  must(workflow === law.workflow, `its workflow is ${workflow}`);
  must(workflow === 'RUNNING' || result === status, `its workflow says ${String(result)}`);
  must(books.join() === statement.join(), `our books say: ${books.join() || 'nothing'}`);
  return breaches;
}

/** Everything that is known of a top-up. */
interface TopUpAccount {
  status: string;
  statement: string;
  /** What the transfers about it moved, from where to where, whole KRW. */
  moved: string[];
  workflow: string;
  result: unknown;
}

const TOP_UP_LAWS: Partial<Record<string, { statements: string[]; moved: RegExp }>> = {
  CREDITED: { statements: ['capture'], moved: /^provider top-ups,top-ups deposit$/ },
  FAILED: { statements: ['', 'capture,refund'], moved: /^(provider top-ups,top-ups provider)?$/ },
};

function breachesInTopUp({ status, statement, moved, workflow, result }: TopUpAccount): string[] {
  const law = TOP_UP_LAWS[status];
  if (!law) return [`${status} is no end`];
  const breaches: string[] = [];
  const must = (holds: boolean, breach: string) => holds || breaches.push(`${status}, but ${breach}`);
  must(law.statements.includes(statement), `the bank says: ${statement || 'nothing'}`);
  must(law.moved.test(moved.join()), `our books say: ${moved.join() || 'nothing'}`);
  must((statement === '') === (moved.length === 0), 'our books say something else than the bank');
  must(workflow === 'COMPLETED', `its workflow is ${workflow}`);
  must(result === status, `its workflow says ${String(result)}`);
  return breaches;
}

async function topUpAccountOf({ db, provider }: Stage, desk: Desk, id: string): Promise<TopUpAccount> {
  const [row, transfers, statement, description] = await Promise.all([
    db('payment.top_ups').where({ id }).first<{ status: string } | undefined>('status'),
    db('payment.transfers')
      .where({ business_id: id })
      .orderBy('position')
      .select<{ from_account: string; to_account: string }[]>('from_account', 'to_account'),
    provider.statementOf(id),
    desk.workflow(id).describe(),
  ]);
  const workflow = description.status.name;
  const kindOf = (account: string) => account.split(':')[0];
  return {
    status: row?.status ?? 'none',
    statement: statement.map(({ kind }) => kind).join(),
    moved: transfers.map((one) => `${kindOf(one.from_account)} ${kindOf(one.to_account)}`),
    workflow,
    result: workflow === 'COMPLETED' ? await desk.workflow(id).result() : undefined,
  };
}

/** Waits for the end of a booking or top-up, or until a booking lawfully waits for its customer, and says what is wrong with it then. */
export async function breachesOf(stage: Stage, desk: Desk, id: string): Promise<string[]> {
  const rested = await until(() => isAtRest(stage, desk, id), { withinMs: 45_000, everyMs: 100 });
  const breaches = await breachesNow(stage, desk, id);
  return rested ? breaches : ['it does not come to rest', ...breaches];
}

export async function breachesNow(stage: Stage, desk: Desk, id: string): Promise<string[]> {
  const breaches = id.startsWith('top_')
    ? breachesInTopUp(await topUpAccountOf(stage, desk, id))
    : breachesIn(await accountOf(stage, desk, id));
  return [...breaches, ...(await breachesOfBooks(stage.db)), ...(await failedTasks(desk, id))];
}

async function isAtRest(stage: Stage, desk: Desk, id: string): Promise<boolean> {
  const { status, raw } = await desk.workflow(id).describe();
  if (status.name !== 'RUNNING') return true;
  if (raw.pendingWorkflowTask || raw.pendingActivities?.length) return false;
  if (raw.workflowExtendedInfo?.cancelRequested) return false;
  const booking = await stage
    .db('movie.bookings')
    .where({ id, status: 'BOOKED', ticket: 'ISSUED' })
    .first<object | undefined>();
  return booking !== undefined;
}

async function accountOf({ db, provider }: Stage, desk: Desk, id: string): Promise<Account> {
  const [booking, seats, ticket, charge, refund, statement, description] = await Promise.all([
    db('movie.bookings').where({ id }).first<{ status: BookingStatus } | undefined>('status'),
    db('movie.seat_claims').where({ booking_id: id }).select<{ status: string }[]>('status'),
    db('boxoffice.tickets').where({ booking_id: id }).first<{ status: string } | undefined>('status'),
    db('payment.charges')
      .where({ key: `${id}/charge`, state: 'CAPTURED' })
      .first<object | undefined>(),
    db('payment.refunds')
      .where({ charge_key: `${id}/charge`, state: 'REFUNDED' })
      .first<object | undefined>(),
    provider.statementOf(id),
    desk.workflow(id).describe(),
  ]);
  const workflow = description.status.name;
  return {
    status: booking?.status ?? 'none',
    seats: seats.map(({ status }) => status),
    ticket: ticket?.status ?? 'none',
    statement: statement.map(({ kind }) => kind),
    books: [...(charge ? ['capture'] : []), ...(refund ? ['refund'] : [])],
    net: statement.reduce((net, { kind, amount }) => net + (kind === 'capture' ? amount : -amount), 0),
    workflow,
    result: workflow === 'COMPLETED' ? await desk.workflow(id).result() : undefined,
  };
}

async function failedTasks(desk: Desk, id: string): Promise<string[]> {
  const { events } = await desk.workflow(id).fetchHistory();
  return (events ?? [])
    .flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed ?? [])
    .filter(({ cause }) => Number(cause) !== UNHANDLED_COMMAND)
    .map(({ failure }) => `its workflow's task failed: ${failure?.message ?? ''}`);
}
