import { z } from 'zod';
import { endpoint, type Api } from '../endpoint';
import { operationId } from '../openapi';
import { readiness } from './checks';

const tag = 'Operations';
const Alive = z.strictObject({ status: z.literal('ok') });
const ReadinessView = z.strictObject({
  ready: z.boolean(),
  parts: z.record(z.string(), z.strictObject({ ok: z.boolean() })),
});

/** For probes: no token, no rate limit. */
export function healthRoutes(api: Api): void {
  const { router, registry, deps } = api;

  endpoint(
    api,
    {
      method: 'get',
      path: '/healthz',
      summary: 'Is the process alive',
      tag,
      who: 'any',
      answers: { 200: Alive },
    },
    () => ({ status: 200, body: { status: 'ok' as const } }),
  );

  const ask = readiness(deps);
  endpoint(
    api,
    {
      method: 'get',
      path: '/readyz',
      summary: 'Can it serve: database, engine, and the workers of each service',
      tag,
      who: 'any',
      answers: { 200: ReadinessView, 503: ReadinessView },
    },
    async () => {
      const body = await ask();
      return { status: body.ready ? 200 : 503, body };
    },
  );

  registry.registerPath({
    method: 'get',
    path: '/metrics',
    summary: 'Prometheus metrics',
    operationId: operationId('get', '/metrics'),
    tags: [tag],
    security: [],
    responses: { 200: { description: 'Prometheus text', content: { 'text/plain': {} } } },
  });
  router.get('/metrics', async (_req, res) => {
    res.locals.route = '/metrics';
    res.setHeader('Content-Type', deps.metrics.contentType);
    res.send(await deps.metrics.metrics());
  });
}
