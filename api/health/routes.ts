import { z } from 'zod';
import { endpoint, textRoute, type Api } from '../endpoint';
import { poolsOf, readiness } from './checks';
import { heartbeats, measureHeartbeats } from './heartbeats';
import { measureTransactions, openTransactions } from './transactions';

const tag = 'Operations';
const Alive = z.strictObject({ status: z.literal('ok') });
const ReadinessView = z.strictObject({
  ready: z.boolean(),
  parts: z.record(
    z.string(),
    z.strictObject({
      ok: z.boolean(),
      required: z.literal(false).optional(),
      seconds: z.number().optional(),
      owner: z.string().optional(),
    }),
  ),
});

/** For probes: no token, no rate limit. */
export function healthRoutes(api: Api): void {
  const { deps } = api;

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

  const { metrics } = deps;
  const open = openTransactions([...poolsOf(deps.databases, deps.config.without).keys()]);
  const beats = heartbeats(deps);
  measureTransactions(open, metrics);
  measureHeartbeats(beats, metrics);
  const ask = readiness(deps, open, beats);
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

  textRoute(api, '/metrics', 'Prometheus metrics', metrics.contentType, () => metrics.metrics());
}
