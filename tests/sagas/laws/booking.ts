import type { Stage } from '../stage';
import { breachesOf, columnOf, type Kind } from './kind';

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

export const BOOKING: Kind = {
  statusOf: (stage, id) => columnOf(stage, 'movie.bookings', id),
  waits: async ({ db }, id, cancelled) => {
    const standing = { id, status: 'BOOKED', ticket: 'ISSUED' };
    return (
      !cancelled && (await db('movie.bookings').where(standing).first<object | undefined>()) !== undefined
    );
  },
  breaches: async (stage, id, workflow) => {
    const { status, seats, ticket, statement, books, net } = await accountOf(stage, id);
    const law = LAWS[status];
    if (!law) return [`${status} is no end`];
    const { found, must } = breachesOf(status);
    must(law.statements.includes(statement.join()), `the bank says: ${statement.join() || 'nothing'}`);
    must(law.seats === 'FREED' ? net === 0 : net > 0, `${net} KRW are with us`);
    must(
      seats.every((seat) => seat === law.seats),
      `its seats are ${seats.join()}`,
    );
    must(status === 'FAILED' || seats.length > 0, 'it has no seats');
    must(law.tickets.includes(ticket), `its ticket is ${ticket}`);
    must(workflow.status === law.workflow, `its workflow is ${workflow.status}`);
    must(
      workflow.status === 'RUNNING' || workflow.result === status,
      `its workflow says ${String(workflow.result)}`,
    );
    must(books.join() === statement.join(), `our books say: ${books.join() || 'nothing'}`);
    return found;
  },
};

/** Everything that is known of a booking, wherever it is written down. */
async function accountOf(stage: Stage, id: string) {
  const { db, provider } = stage;
  const [status = 'none', seats, ticket, charge, refund, statement] = await Promise.all([
    BOOKING.statusOf(stage, id),
    db('movie.seat_claims').where({ booking_id: id }).pluck<string[]>('status'),
    db('boxoffice.tickets').where({ booking_id: id }).first<{ status: string } | undefined>('status'),
    db('payment.charges')
      .where({ key: `${id}/charge`, state: 'CAPTURED' })
      .first<object | undefined>(),
    db('payment.refunds')
      .where({ charge_key: `${id}/charge`, state: 'REFUNDED' })
      .first<object | undefined>(),
    provider.statementOf(id),
  ]);
  return {
    status,
    seats,
    ticket: ticket?.status ?? 'none',
    /** The bank's truth, in order: capture, refund. */
    statement: statement.map(({ kind }) => kind),
    /** What the payment service believes, in the same words. */
    books: [...(charge ? ['capture'] : []), ...(refund ? ['refund'] : [])],
    net: statement.reduce((net, { kind, amount }) => net + (kind === 'capture' ? amount : -amount), 0),
  };
}
