import type { IncomingMessage } from 'node:http';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { ROLES } from '../caller';
import { endpoint, type Api } from '../endpoint';
import { hmacKey } from '../middleware/auth';
import { LOCALES } from '../problem-row';
import { Problem } from '../problems';
import { User } from '../schemas';

const NewToken = z.strictObject({
  user: User,
  roles: z.array(z.enum(ROLES)).max(ROLES.length),
  locale: z.enum(LOCALES).default('ko'),
  expiresInSeconds: z.int().min(1).max(86_400).default(86_400),
});

/** A development door: createApp leaves it out in production, and others than this machine's do not find it. */
export function devRoutes(api: Api, secret: string): void {
  const { auth, devDoorsInContainer } = api.deps.config;
  const { issuer, audience } = auth;
  const key = hmacKey(secret);

  api.router.use('/v1/dev', (req, _res, next) => {
    if (!devDoorsInContainer && !isFromThisMachine(req)) throw new Problem('not-found');
    next();
  });

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/dev/tokens',
      summary: 'A token for anyone (development only)',
      tag: 'Development',
      who: 'any',
      body: NewToken,
      example: () => ({ user: 'minji', roles: ['customer'], locale: 'ko' }),
      answers: { 200: z.strictObject({ token: z.string() }) },
    },
    async ({ body: { user, roles, locale, expiresInSeconds } }) => {
      const now = Math.floor(Date.now() / 1_000);
      const token = await new SignJWT({ roles, locale })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(user)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + expiresInSeconds)
        .sign(await key);
      return { status: 200, body: { token } };
    },
  );
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
/** What a proxy says of its client: it may well stand on this machine. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

export const isFromThisMachine = ({
  socket,
  headers,
}: {
  socket: Pick<IncomingMessage['socket'], 'remoteAddress'>;
  headers: IncomingMessage['headers'];
}): boolean =>
  LOOPBACK.test(socket.remoteAddress ?? '') && FORWARDED.every((name) => headers[name] === undefined);
