import { isUnreachable } from '../activities/database';

/** No answer of a saga came in time; whether it stands is in its table alone. */
export class OutcomeUnknown extends Error {}

/** An update was accepted, and its end could not be learnt in time: it will come. */
export class UnderWay extends Error {}

/** gRPC: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const GRPC_OUTAGES = new Set([4, 8, 14]);
/** Of a connection that was there. */
const SOCKET_OUTAGES = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT']);
/**
 * PostgreSQL: connection, resources, a lock or an answer not had in time, a transaction that took too long, shutdown
 * or start, and a standby that takes no writes.
 */
const SQL_OUTAGES = /^(08|53)...$|^55P03$|^57014$|^57P0.$|^25P0[34]$|^25006$/;
/** What pg and knex say without a code; for a query that was under way knex puts its SQL and a dash before. */
const UNCODED =
  /(^| - )(Connection terminated|Client (has encountered a connection error|was closed)|timeout expired|Knex: Timeout acquiring)/;

/** Whether an error, or what caused it, is the database or the engine being out of reach. */
export function isOutage(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  if (isUnreachable(error)) return true;
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  if (typeof code === 'number' && GRPC_OUTAGES.has(code)) return true;
  if (typeof code === 'string' && (SOCKET_OUTAGES.has(code) || SQL_OUTAGES.test(code))) return true;
  return UNCODED.test(String(message)) || isOutage(cause, depth + 1);
}
