import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit, type RateLimitInfo } from 'express-rate-limit';
import { Problem } from '../problems';

const UNLIMITED = new Set(['/healthz', '/readyz', '/metrics']);
/** Many customers may sit behind one address. */
const USERS_PER_ADDRESS = 10;

/** Before auth, so that guessing tokens is bounded too. */
export const limitByAddress = (perMinute: number): RequestHandler =>
  limit({
    limit: perMinute * USERS_PER_ADDRESS,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? 'unknown'),
    skip: (req) => UNLIMITED.has(req.path),
  });

export const limitByUser = (perMinute: number): RequestHandler =>
  limit({
    limit: perMinute,
    keyGenerator: (_req, res) => res.locals.caller?.user ?? '',
    skip: (_req, res) => res.locals.caller === undefined,
  });

const limit = (options: Parameters<typeof rateLimit>[0]): RequestHandler =>
  rateLimit({
    ...options,
    windowMs: 60_000,
    standardHeaders: false,
    legacyHeaders: false,
    // Its advice on proxies does not fit: an X-Forwarded-For that is not trusted is ignored on purpose.
    validate: false,
    handler: (req, res, next) => {
      const { resetTime } = (req as typeof req & { rateLimit: RateLimitInfo }).rateLimit;
      const ms = (resetTime?.getTime() ?? 0) - Date.now();
      res.setHeader('Retry-After', String(Math.max(1, Math.ceil(ms / 1_000))));
      next(new Problem('too-many-requests'));
    },
  });
