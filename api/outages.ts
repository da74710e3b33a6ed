import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isUnreachable } from '../activities/database';
import { isProblemCode, Problem, type ProblemParams } from './problems';

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

/** The engine's word for an update whose workflow was closed before it ended: terminated, for one. */
const CLOSED_BEFORE_THE_END = 'AcceptedUpdateCompletedWorkflow';

/** A refusal of the domain by its name; `OutcomeUnknown` when the engine or the worker did not answer. */
export function outcomeOf(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, details } = error.cause;
    if (type && isProblemCode(type)) return new Problem(type, (details?.[0] ?? {}) as ProblemParams);
    if (type === CLOSED_BEFORE_THE_END) return new OutcomeUnknown();
  }
  const unheard =
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    // It ended between our look at its table and the question.
    error instanceof WorkflowNotFoundError ||
    error instanceof ServiceError ||
    // Update-with-start throws some of them bare, such as that the workflow ended in its very first task.
    isGrpcServiceError(error);
  return unheard || isOutage(error) ? new OutcomeUnknown() : error;
}
