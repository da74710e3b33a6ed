import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Config } from '../../config';
import { endpoint, textRoute, type Api } from '../endpoint';
import { poolsOf, type Readiness, readiness } from './checks';
import { Problem } from '../problems';
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

interface Health {
  ask: () => Promise<Readiness>;
  /** How the parts are, for who may know that without a token. */
  parts: () => Promise<Readiness['parts'] | undefined>;
}

/** For probes: no token, no rate limit. @returns how to ask it from elsewhere */
export function healthRoutes(api: Api): Health {
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
  const maySee = insight(deps.config.metricsFor);
  api.router.get('/readyz', async (req, res, next) => {
    if (maySee(req)) {
      next();
      return;
    }
    const { ready } = await ask();
    res.locals.route = '/readyz';
    res.status(ready ? 200 : 503).json({ ready, parts: {} });
  });
  api.router.get('/metrics', (req, res, next) => {
    res.locals.route = '/metrics';
    if (!maySee(req)) throw new Problem('unauthenticated');
    next();
  });
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
  const parts = async () => (deps.config.metricsFor === 'everyone' ? (await ask()).parts : undefined);
  return { ask, parts };
}

/** Who may see what Haru is made of and how it fares. */
function insight(who: Config['metricsFor']): (req: IncomingMessage) => boolean {
  if (who === 'everyone') return () => true;
  const wanted = who.token === undefined ? undefined : Buffer.from(`Bearer ${who.token}`);
  return ({ headers }) => {
    const given = Buffer.from(headers.authorization ?? '');
    return wanted !== undefined && given.length === wanted.length && timingSafeEqual(given, wanted);
  };
}
