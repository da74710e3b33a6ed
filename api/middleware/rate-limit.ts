import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit, type RateLimitInfo } from 'express-rate-limit';
import { Problem } from '../problems';
import type { SharedCounts } from './shared-counts';

const UNLIMITED = new Set(['/healthz', '/readyz', '/metrics']);
/** Many customers may sit behind one address. */
const USERS_PER_ADDRESS = 10;

/** Before auth, so that guessing tokens is bounded too. */
export const limitByAddress = (perMinute: number, counts: SharedCounts): RequestHandler =>
  limit('address', perMinute * USERS_PER_ADDRESS, counts, {
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? 'unknown'),
    skip: (req) => UNLIMITED.has(req.path),
  });

export const limitByUser = (perMinute: number, counts: SharedCounts): RequestHandler =>
  limit('user', perMinute, counts, {
    keyGenerator: (_req, res) => res.locals.caller?.user ?? '',
    skip: (_req, res) => res.locals.caller === undefined,
  });

const limit = (
  name: string,
  perMinute: number,
  counts: SharedCounts,
  who: Parameters<typeof rateLimit>[0],
): RequestHandler =>
  rateLimit({
    ...who,
    limit: perMinute,
    windowMs: 60_000,
    store: counts.store(name, perMinute),
    // RateLimit and RateLimit-Policy, each with an item for the address and, of who is signed in, for the user.
    standardHeaders: 'draft-8',
    identifier: name,
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
