import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The services that may be down on their own: one task queue, one worker, one database schema each. */
export const SERVICES = ['movie', 'boxoffice', 'payment'] as const;
export type Service = (typeof SERVICES)[number];

/** What follows the events of the services and may be down on its own: pages, and messages to customers. */
export const LISTENERS = ['views', 'notification'] as const;
export type Listener = (typeof LISTENERS)[number];

export const PARTS = [...SERVICES, ...LISTENERS] as const;
export type Part = (typeof PARTS)[number];

const port = (byDefault: number) => z.coerce.number().int().min(0).max(65_535).default(byDefault);
const count = (byDefault: number) => z.coerce.number().int().min(1).default(byDefault);
const parts = z
  .string()
  .default('')
  .transform((list) => list.split(',').filter((name) => name !== ''))
  .pipe(z.array(z.enum(PARTS)));
const addresses = z
  .string()
  .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'host:port, separated by commas')
  .transform((list) => list.split(','));

const Environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HARU_HOME: z.string().default('.haru'),
  HARU_CACHE: z.string().optional(),

  HOST: z.string().default('127.0.0.1'),
  PORT: port(8088),
  PSP_PORT: port(8090),
  TEMPORAL_PORT: port(7233),
  TEMPORAL_UI_PORT: port(8233),
  POSTGRES_PORT: port(54329),

  TEMPORAL_ADDRESS: z.string().optional(),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  DATABASE_URL: z.url().optional(),
  MOVIE_DATABASE_URL: z.url().optional(),
  BOXOFFICE_DATABASE_URL: z.url().optional(),
  PAYMENT_DATABASE_URL: z.url().optional(),
  VIEWS_DATABASE_URL: z.url().optional(),
  NOTIFICATION_DATABASE_URL: z.url().optional(),
  RELAY_DATABASE_URL: z.url().optional(),
  API_DATABASE_URL: z.url().optional(),
  PSP_DATABASE_URL: z.url().optional(),
  DATABASE_POOL: count(10),

  KAFKA_BROKERS: addresses.optional(),
  KAFKA_PARTITIONS: count(6),
  KAFKA_SESSION_MS: count(10_000),

  HARU_WITHOUT: parts,

  OIDC_ISSUER: z.string().default('haru-dev'),
  OIDC_AUDIENCE: z.string().default('haru'),
  OIDC_JWKS_URL: z.url().optional(),
  OIDC_ALGORITHM: z.enum(['RS256', 'ES256', 'EdDSA']).default('RS256'),
  DEV_TOKEN_SECRET: z.string().min(16).optional(),
  CORS_ORIGIN: z.string().default('*'),
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).default(0),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).optional(),

  LIVE_STREAMS: count(2_000),
  LIVE_STREAMS_PER_USER: count(5),
  LIVE_STREAM_SECONDS: z.coerce.number().int().min(1).max(86_400).default(3_600),

  // The contract gives 5 s; on a busy machine an answer needs some of it to get out.
  ANSWER_WITHIN_MS: count(4_000),
  SAGAS_AT_ONCE: count(48),
  SAGAS_QUEUED: count(500),

  PAYMENT_PROVIDER: z.enum(['simulator', 'stripe']).default('simulator'),
  PAYMENT_PROVIDER_URL: z.url().optional(),
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_URL: z.url({ protocol: /^https?$/ }).default('https://api.stripe.com'),
  PAYMENT_LIMIT_MS: count(610),
  OPERATOR_AFTER_SECONDS: count(900),
  RECONCILE_EVERY_SECONDS: z.coerce.number().int().min(0).default(300),
  BREAKER_WINDOW_MS: count(10_000),
  BREAKER_CALLS: count(10),
  BREAKER_FAILURE_RATE: z.coerce.number().min(0.01).max(0.99).default(0.5),
  BREAKER_PROBE_AFTER_MS: count(5_000),

  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().optional(),
  WEBHOOK_ALLOW_PRIVATE: z.enum(['true', 'false']).default('false'),
  SOLAPI_API_KEY: z.string().optional(),
  SOLAPI_API_SECRET: z.string().optional(),
  KAKAO_PFID: z.string().optional(),
  KAKAO_FROM: z.string().optional(),
  KAKAO_TEMPLATES: z
    .string()
    .regex(/^[a-z.-]+=[^=,]+(,[a-z.-]+=[^=,]+)*$/, 'expected event=template,event=template')
    .optional(),

  HARU_URL: z.url().optional(),
  OPS_TOKEN: z.string().optional(),

  WORKER_METRICS_ADDRESS: z.string().optional(),
  MAX_CACHED_WORKFLOWS: count(600),
});

/** What a circuit breaker goes by: api.md "Breaker". */
export interface BreakerConfig {
  windowMs: number;
  calls: number;
  failureRate: number;
  probeAfterMs: number;
}

export type Config = ReturnType<typeof configFrom>;

/**
 * Reads, checks and types the environment.
 * @throws Error naming each variable that is missing or malformed
 */
export function configFrom(env: NodeJS.ProcessEnv) {
  // An empty variable, as compose files leave them, means "not set".
  const parsed = Environment.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
  );
  if (!parsed.success) throw new Error(`Environment: ${z.prettifyError(parsed.error)}`);
  const e = parsed.data;
  const production = e.NODE_ENV === 'production';
  if (production) refuseDevelopmentDoors(e);

  const databaseUrl = e.DATABASE_URL ?? `postgres://haru:haru@127.0.0.1:${e.POSTGRES_PORT}/haru`;
  return {
    production,
    logLevel: e.LOG_LEVEL,
    home: resolve(e.HARU_HOME),
    cache: e.HARU_CACHE ?? join(homedir(), '.cache', 'haru'),
    host: e.HOST,
    ports: {
      api: e.PORT,
      psp: e.PSP_PORT,
      temporal: e.TEMPORAL_PORT,
      temporalUi: e.TEMPORAL_UI_PORT,
      postgres: e.POSTGRES_PORT,
    },
    /** Set when someone else runs Temporal or PostgreSQL: the engine then starts none. */
    external: { temporal: e.TEMPORAL_ADDRESS, database: e.DATABASE_URL },
    temporal: {
      address: e.TEMPORAL_ADDRESS ?? `127.0.0.1:${e.TEMPORAL_PORT}`,
      namespace: e.TEMPORAL_NAMESPACE,
      maxCachedWorkflows: e.MAX_CACHED_WORKFLOWS,
      metricsAddress: e.WORKER_METRICS_ADDRESS,
    },
    databases: {
      movie: e.MOVIE_DATABASE_URL ?? databaseUrl,
      boxoffice: e.BOXOFFICE_DATABASE_URL ?? databaseUrl,
      payment: e.PAYMENT_DATABASE_URL ?? databaseUrl,
      views: e.VIEWS_DATABASE_URL ?? databaseUrl,
      notification: e.NOTIFICATION_DATABASE_URL ?? databaseUrl,
      relay: e.RELAY_DATABASE_URL ?? databaseUrl,
      api: e.API_DATABASE_URL ?? databaseUrl,
    },
    kafka: kafkaOf(e),
    /** The provider simulator's own database; it is another company's in real life. */
    pspDatabase: e.PSP_DATABASE_URL ?? databaseUrl.replace(/\/[^/]*$/, '/haru_psp'),
    databasePool: e.DATABASE_POOL,
    without: e.HARU_WITHOUT,
    auth: {
      issuer: e.OIDC_ISSUER,
      audience: e.OIDC_AUDIENCE,
      jwksUrl: e.OIDC_JWKS_URL,
      algorithm: e.OIDC_ALGORITHM,
      devSecret: production ? undefined : (e.DEV_TOKEN_SECRET ?? 'haru-development-only'),
    },
    corsOrigin: e.CORS_ORIGIN,
    trustProxyHops: e.TRUST_PROXY_HOPS,
    rateLimitPerMinute: e.RATE_LIMIT_PER_MINUTE ?? (production ? 600 : 60_000),
    /** Streams of live messages: at once in this process and of one user, and how long one lasts (milliseconds). */
    live: {
      streams: e.LIVE_STREAMS,
      perUser: e.LIVE_STREAMS_PER_USER,
      atMostMs: e.LIVE_STREAM_SECONDS * 1_000,
    },
    /** Where `npm run ops` finds the API, and an administrator's token for it. */
    operations: {
      url: e.HARU_URL ?? `http://${e.HOST === '0.0.0.0' ? '127.0.0.1' : e.HOST}:${e.PORT}`,
      token: e.OPS_TOKEN,
    },
    /** A request that a worker has not taken up by then is refused for good (milliseconds). */
    answerWithinMs: e.ANSWER_WITHIN_MS,
    admission: { atOnce: e.SAGAS_AT_ONCE, queued: e.SAGAS_QUEUED },
    /** The provider simulator, or what speaks as it does; `stripe` takes its place. */
    provider: {
      url: e.PAYMENT_PROVIDER_URL ?? `http://127.0.0.1:${e.PSP_PORT}`,
      limitMs: e.PAYMENT_LIMIT_MS,
    },
    /** An undo that has failed for so long needs an operator (milliseconds). */
    operatorAfterMs: e.OPERATOR_AFTER_SECONDS * 1_000,
    stripe: stripeOf(e),
    channels: channelsOf(e),
    /** How often the ledger is compared with the provider's statement (milliseconds); 0 is never. */
    reconcileEveryMs: e.RECONCILE_EVERY_SECONDS * 1_000,
    breaker: {
      windowMs: e.BREAKER_WINDOW_MS,
      calls: e.BREAKER_CALLS,
      failureRate: e.BREAKER_FAILURE_RATE,
      probeAfterMs: e.BREAKER_PROBE_AFTER_MS,
    } satisfies BreakerConfig,
  };
}

/** How events reach their consumers: by Kafka, or straight from PostgreSQL when undefined. */
function kafkaOf(e: z.infer<typeof Environment>) {
  if (e.KAFKA_BROKERS === undefined) return undefined;
  return { brokers: e.KAFKA_BROKERS, partitions: e.KAFKA_PARTITIONS, sessionMs: e.KAFKA_SESSION_MS };
}

/** The key is for the process that charges alone. @returns undefined when another provider is chosen */
function stripeOf(e: z.infer<typeof Environment>) {
  if (e.PAYMENT_PROVIDER !== 'stripe') return undefined;
  return { secretKey: e.STRIPE_SECRET_KEY, url: e.STRIPE_URL };
}

/** By what means customers, and others' systems, are told besides the inbox: docs/notifications.md. */
export interface Channels {
  email?: { url: string; from: string };
  /** `templates`: event → id of the Alimtalk template that was approved for it. */
  kakao?: {
    apiKey: string;
    apiSecret: string;
    pfId: string;
    from: string;
    templates: Readonly<Record<string, string>>;
  };
  /** allowPrivate: to addresses of this machine and its networks as well; for development. */
  webhooks: { allowPrivate: boolean };
}

function channelsOf(e: z.infer<typeof Environment>): Channels {
  const email = together({ SMTP_URL: e.SMTP_URL, MAIL_FROM: e.MAIL_FROM });
  const kakao = together({
    SOLAPI_API_KEY: e.SOLAPI_API_KEY,
    SOLAPI_API_SECRET: e.SOLAPI_API_SECRET,
    KAKAO_PFID: e.KAKAO_PFID,
    KAKAO_FROM: e.KAKAO_FROM,
    KAKAO_TEMPLATES: e.KAKAO_TEMPLATES,
  });
  return {
    ...(email && { email: { url: email.SMTP_URL, from: email.MAIL_FROM } }),
    ...(kakao && {
      kakao: {
        apiKey: kakao.SOLAPI_API_KEY,
        apiSecret: kakao.SOLAPI_API_SECRET,
        pfId: kakao.KAKAO_PFID,
        from: kakao.KAKAO_FROM,
        templates: Object.fromEntries(
          kakao.KAKAO_TEMPLATES.split(',').map((pair) => pair.split('=') as [string, string]),
        ),
      },
    }),
    webhooks: { allowPrivate: e.WEBHOOK_ALLOW_PRIVATE === 'true' },
  };
}

/** @returns undefined when none is set @throws Error naming those that are missing besides others */
function together<Name extends string>(
  variables: Record<Name, string | undefined>,
): Record<Name, string> | undefined {
  const missing = Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === Object.keys(variables).length) return undefined;
  if (missing.length > 0)
    throw new Error(
      `Environment: ${missing.join(', ')} must be set with ${Object.keys(variables).join(', ')}`,
    );
  return variables as Record<Name, string>;
}

function refuseDevelopmentDoors(e: z.infer<typeof Environment>): void {
  const missing: string[] = (['DATABASE_URL', 'TEMPORAL_ADDRESS', 'OIDC_JWKS_URL'] as const).filter(
    (name) => e[name] === undefined,
  );
  // Our own simulator moves no money: whoever wants something that speaks as it does must name it.
  if (e.PAYMENT_PROVIDER === 'simulator' && e.PAYMENT_PROVIDER_URL === undefined)
    missing.push('PAYMENT_PROVIDER=stripe (or PAYMENT_PROVIDER_URL)');
  if (missing.length > 0) throw new Error(`Environment: production needs ${missing.join(', ')}`);
  if (e.WEBHOOK_ALLOW_PRIVATE === 'true')
    throw new Error(
      'Environment: WEBHOOK_ALLOW_PRIVATE is a development door; in production webhooks go to public addresses only',
    );
  if (e.DEV_TOKEN_SECRET !== undefined)
    throw new Error(
      'Environment: DEV_TOKEN_SECRET is a development door; production takes tokens from OIDC only',
    );
}

export const config = configFrom(process.env);
