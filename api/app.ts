import { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import cors from 'cors';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import { DOMAINS, SERVICES } from '../config';
import { manifestOf } from '../manifests/all';
import type { Deps } from './deps';
import { devRoutes } from './dev/routes';
import { docsRoutes } from './docs/routes';
import type { Api } from './endpoint';
import { eventRoutes } from './events/routes';
import { gbfsRoutes } from './gbfs/routes';
import { healthRoutes } from './health/routes';
import { meRoutes } from './me/routes';
import { authenticate } from './middleware/auth';
import { logRequests } from './middleware/log';
import { measureRequests } from './middleware/metrics';
import { operationsRoutes } from './operations/routes';
import { pageRoutes } from './pages/routes';
import { answerProblems } from './middleware/problem';
import type { PageList } from './page-list';
import { notificationRoutes } from './notification/routes';
import { limitByAddress, limitByUser } from './middleware/rate-limit';
import { requestId } from './middleware/request-id';
import { SharedCounts } from './middleware/shared-counts';
import { refuseUnmatched } from './middleware/unmatched';
import { queryOf } from './validation';

/** The gateway: what every request passes, then each domain's routes. `more` adds routes, for tests. */
export async function createApp(deps: Deps, more?: (api: Api) => void): Promise<express.Express> {
  const { config, log, metrics } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', queryOf);
  app.set('trust proxy', config.trustProxyHops);
  app.set('case sensitive routing', true);

  app.use(
    requestId,
    logRequests(log),
    measureRequests(metrics),
    securityHeaders,
    allowOrigins(config.corsOrigin),
  );
  const counts = new SharedCounts({ db: deps.databases.api, log, stopping: deps.stopping });
  app.use(closeWhenStopping(deps.stopping), limitByAddress(config.rateLimitPerMinute, counts));
  app.use('/v1', notCached, authenticate(config.auth), limitByUser(config.rateLimitPerMinute, counts));
  app.use(await routes(deps, more));
  app.use(answerProblems(log));
  return app;
}

async function routes(deps: Deps, more?: (api: Api) => void): Promise<express.Router> {
  const router = express.Router({ caseSensitive: true, strict: true });
  const api: Api = { router, registry: new OpenAPIRegistry(), examples: new Map(), deps };
  const { production, auth } = deps.config;
  const { ask, parts } = healthRoutes(api);
  if (!production && auth.devSecret !== undefined) devRoutes(api, auth.devSecret);
  notificationRoutes(api);
  const lists: PageList[] = [];
  for (const domain of DOMAINS) {
    const service = SERVICES.find((name) => name === domain);
    const ofDomain = await manifestOf(domain).api?.();
    ofDomain?.routes(service ? { ...api, service } : api);
    lists.push(...(ofDomain?.lists ?? []));
  }
  meRoutes(api, lists);
  eventRoutes(api);
  gbfsRoutes(api);
  operationsRoutes(api, lists, ask);
  more?.(api);
  docsRoutes(api);
  pageRoutes(api, parts);
  refuseUnmatched(api);
  return router;
}

/** Answers are JSON; nothing of them is to be run, framed or embedded. /docs has a policy of its own. */
const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
});

const allowOrigins = (origins: string): RequestHandler =>
  cors({
    origin: origins === '*' ? '*' : origins.split(',').map((origin) => origin.trim()),
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'Accept-Language',
      'X-Request-Id',
      'Last-Event-ID',
      'If-Match',
    ],
    exposedHeaders: [
      'X-Request-Id',
      'Location',
      'Retry-After',
      'Idempotency-Replayed',
      'ETag',
      'RateLimit',
      'RateLimit-Policy',
    ],
    maxAge: 600,
  });

const closeWhenStopping =
  (stopping: AbortSignal): RequestHandler =>
  (_req, res, next) => {
    if (stopping.aborted) res.setHeader('Connection', 'close');
    next();
  };

const notCached: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  next();
};
