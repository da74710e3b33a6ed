import { webcrypto } from 'node:crypto';
import type { RequestHandler } from 'express';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import type { Config } from '../../config';
import { ROLES, type Caller, type Role } from '../caller';
import type { Locale } from '../problem-row';
import { Problem } from '../problems';
import { User } from '../schemas';

type AuthConfig = Config['auth'];
type Verify = (token: string) => Promise<JWTPayload>;

const CLOCK_TOLERANCE_S = 5;
/** A key that the identity provider withdraws is honoured no longer than this. */
const TRUSTED_FOR_MS = 60_000;
const TRUSTED_AT_MOST = 10_000;
/** Of access tokens: RFC 7519, RFC 9068. */
const TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/**
 * Sets res.locals.caller from `Authorization: Bearer <JWT>`; no header, no caller.
 * @throws Problem unauthenticated for a token that is not good in every respect; unavailable when the
 *   identity provider's keys cannot be had
 */
export function authenticate(config: AuthConfig): RequestHandler {
  const callerBy = remembered(verifier(config));
  return (req, res, next) => {
    const header = req.headers.authorization;
    if (header === undefined) {
      next();
      return;
    }
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1];
    if (token === undefined) throw new Problem('unauthenticated');
    const caller = callerBy(token);
    if (!(caller instanceof Promise)) {
      res.locals.caller = caller;
      next();
      return;
    }
    return caller.then((verified) => {
      res.locals.caller = verified;
      next();
    });
  };
}

/** A signature is checked once a minute per token: it is a third of the price of a read. Expiry always is. */
function remembered(verify: Verify): (token: string) => Caller | Promise<Caller> {
  const known = new Map<string, { caller: Caller; until: number }>();
  return (token) => {
    const found = known.get(token);
    if (found && Date.now() < found.until) return found.caller;
    known.delete(token);
    return verify(token).then((claims) => {
      const caller = callerOf(claims);
      const [oldest] = known.keys();
      if (known.size >= TRUSTED_AT_MOST && oldest !== undefined) known.delete(oldest);
      known.set(token, { caller, until: Math.min(caller.until, Date.now() + TRUSTED_FOR_MS) });
      return caller;
    }, refuse);
  };
}

/**
 * Development tokens and those of the identity provider: each key verifies its own algorithm only.
 * @throws Error when there is no key at all
 */
function verifier({ issuer, audience, algorithm, jwksUrl, devSecret }: AuthConfig): Verify {
  const claims = { issuer, audience, requiredClaims: ['sub', 'exp'], clockTolerance: CLOCK_TOLERANCE_S };
  const devKey = devSecret === undefined ? undefined : hmacKey(devSecret);
  const remoteKeys = jwksUrl === undefined ? undefined : providerKeys(jwksUrl);
  if (!devKey && !remoteKeys)
    throw new Error('No token could be verified: set OIDC_JWKS_URL, or DEV_TOKEN_SECRET for development.');
  return async (token) => {
    const { alg, typ } = decodeProtectedHeader(token);
    // A key signs other things too: ID tokens of other audiences, logout tokens, proofs of possession.
    if (typ !== undefined && !TYPES.has(typ.toLowerCase())) throw new Problem('unauthenticated');
    const byDevKey = remoteKeys === undefined || alg === 'HS256';
    if (byDevKey && devKey)
      return (await jwtVerify(token, await devKey, { ...claims, algorithms: ['HS256'] })).payload;
    if (remoteKeys)
      return (await jwtVerify(token, remoteKeys, { ...claims, algorithms: [algorithm] })).payload;
    throw new Problem('unauthenticated');
  };
}

/** Imported once: jose would import raw bytes anew for each token. */
export const hmacKey = (secret: string) =>
  webcrypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  );

function callerOf({ sub, roles, locale, exp = 0 }: JWTPayload): Caller {
  if (sub === undefined || !User.safeParse(sub).success) throw new Problem('unauthenticated');
  const known = Array.isArray(roles) ? ROLES.filter((role: Role) => roles.includes(role)) : [];
  const until = (exp + CLOCK_TOLERANCE_S) * 1_000;
  return { user: sub, roles: known, locale: (locale === 'en' ? 'en' : 'ko') satisfies Locale, until };
}

/** A token is not bad because the provider's keys cannot be fetched or read. */
function providerKeys(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url));
  return (header, token) =>
    keys(header, token).catch((error: unknown) => {
      const badToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      throw badToken ? error : new Problem('unavailable');
    });
}

function refuse(error: unknown): never {
  throw error instanceof Problem ? error : new Problem('unauthenticated');
}
