import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/** Probes come every few seconds; they are told only at debug. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/** One line per request. The route's pattern, never the URL: a query may hold what is nobody's business. */
export function logRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const from = performance.now();
    res.once('close', () => {
      const { route = 'unmatched', requestId, caller, streams } = res.locals;
      const line = {
        method: req.method,
        route,
        status: res.statusCode,
        ms: Math.round((performance.now() - from) * 10) / 10,
        requestId,
        user: caller?.user,
        // A stream is there to be left.
        ...(!res.writableFinished && !streams && { aborted: true }),
      };
      if (PROBES.has(route)) log.debug(line, 'request');
      else if (res.statusCode >= 500) log.warn(line, 'request');
      else log.info(line, 'request');
    });
    next();
  };
}
