import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Config } from '../../config';

/**
 * Who asks, by the tokens that Haru's API takes as well: of its identity provider, in development its own.
 * @returns undefined without a good token
 * @throws Error when no token could be verified at all
 */
export function callerBy({
  issuer,
  audience,
  algorithm,
  jwksUrl,
  devSecret,
}: Config['auth']): (authorization: string | undefined) => Promise<string | undefined> {
  const verify = verifier();
  return async (authorization = '') => {
    const [, token] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) return undefined;
    return verify(token).then(
      ({ payload }) => payload.sub,
      () => undefined,
    );
  };

  function verifier() {
    const claims = { issuer, audience, requiredClaims: ['sub', 'exp'] };
    if (jwksUrl !== undefined) {
      const keys = createRemoteJWKSet(new URL(jwksUrl));
      return (token: string) => jwtVerify(token, keys, { ...claims, algorithms: [algorithm] });
    }
    if (devSecret === undefined) throw new Error('set OIDC_JWKS_URL, or DEV_TOKEN_SECRET for development');
    const key = new TextEncoder().encode(devSecret);
    return (token: string) => jwtVerify(token, key, { ...claims, algorithms: ['HS256'] });
  }
}
