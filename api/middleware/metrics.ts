import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';

/** Times every request but streams, by route pattern so that the number of series stays small. */
export function measureRequests(registry: Registry): RequestHandler {
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return (req, res, next) => {
    const from = performance.now();
    res.once('close', () => {
      if (res.locals.streams) return;
      const route = res.locals.route ?? 'unmatched';
      const labels = { method: req.method, route, status: res.statusCode };
      seconds.observe(labels, (performance.now() - from) / 1_000);
    });
    next();
  };
}
