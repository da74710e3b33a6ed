import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { brokenAt } from '../json-place';
import { isOutage } from '../outages';
import { type InputError, Problem, problemBody, problemRow, type ProblemCode } from '../problems';
import { NoAnswer } from '../reach';
import { notJson, says } from '../validation-words';
import { localeOf } from './locale';

/** The last middleware: every error becomes application/problem+json, and nothing internal gets out. */
export function answerProblems(log: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(error);
    const { requestId } = res.locals;
    if (problem.code === 'internal-error') log.error({ err: error, requestId }, 'unexpected error');
    if (problem.code === 'unavailable' || error instanceof NoAnswer)
      log.warn({ err: error, requestId }, 'out of reach');
    sendProblem(req, res, problem);
  };
}

function sendProblem(req: Request, res: Response, problem: Problem): void {
  const { status, retryAfter } = problemRow(problem.code);
  const locale = localeOf(req, res);
  res.status(status).type('application/problem+json').setHeader('Content-Language', locale);
  if (retryAfter !== undefined && !res.hasHeader('Retry-After'))
    res.setHeader('Retry-After', String(retryAfter));
  if (problem.replayed) res.setHeader('Idempotency-Replayed', 'true');
  if (status === 401) {
    const wrongToken = req.headers.authorization === undefined ? '' : ', error="invalid_token"';
    res.setHeader('WWW-Authenticate', `Bearer realm="haru"${wrongToken}`);
  }
  res.send(JSON.stringify(problemBody(problem, locale, res.locals.requestId)));
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof NoAnswer) return new Problem(error.code);
  // Express and its body parser mark with a status what the caller did wrong.
  const { status } = (error ?? {}) as { status?: unknown };
  if (typeof status === 'number' && status >= 400 && status <= 499) {
    const code = OF_STATUS[status];
    return code ? new Problem(code) : new Problem('invalid-request', {}, [errorOf(error)]);
  }
  return new Problem(isOutage(error) ? 'unavailable' : 'internal-error');
}

const OF_STATUS: Record<number, ProblemCode> = {
  404: 'not-found',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
};

function errorOf(error: unknown): InputError {
  if (error instanceof URIError) return { path: 'path', message: says('percent-encoding') };
  const { type, body } = error as { type?: unknown; body?: unknown };
  if (type !== 'entity.parse.failed' || typeof body !== 'string')
    return { path: 'body', message: says('unreadable') };
  const place = brokenAt(body);
  return { path: 'body', message: place ? notJson(place) : says('no object') };
}
