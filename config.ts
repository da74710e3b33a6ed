import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type Schema, SCHEMAS } from './domains';
import { Environment, urlVariable } from './environment';

export { DOMAINS, JOINERS, LISTENERS, PARTS, SERVICES } from './domains';
export type { Domain, Listener, Part, Service } from './domains';

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

  const home = resolve(e.HARU_HOME);
  // Where it listens next is told; where it listened last is kept.
  const told = env.POSTGRES_PORT ? e.POSTGRES_PORT : undefined;
  const databaseUrl = e.DATABASE_URL ?? embeddedDatabase(home, told) ?? urlOnPort(e.POSTGRES_PORT);
  return {
    production,
    logLevel: e.LOG_LEVEL,
    home,
    cache: e.HARU_CACHE ?? join(homedir(), '.cache', 'haru'),
    host: e.HOST,
    /** Whether development doors take whoever reaches them; else those on this machine alone. */
    devDoorsInContainer: e.DEV_DOORS === 'container',
    ports: {
      api: e.PORT,
      psp: e.PSP_PORT,
      temporal: e.TEMPORAL_PORT,
      temporalUi: e.TEMPORAL_UI_PORT,
      postgres: e.POSTGRES_PORT,
    },
    /** Of a worker or a relay: port 0 is off; a loop that has not gone round for so long hangs (milliseconds). */
    health: { host: e.HOST, port: e.HEALTH_PORT, stalledAfterMs: e.HEALTH_STALLED_SECONDS * 1_000 },
    /** Set when someone else runs Temporal or PostgreSQL: the engine then starts none. */
    external: { temporal: e.TEMPORAL_ADDRESS, database: e.DATABASE_URL },
    /** Which server of Temporal `npm start` starts. */
    temporalServer: e.TEMPORAL_SERVER,
    temporal: {
      address: e.TEMPORAL_ADDRESS ?? `127.0.0.1:${e.TEMPORAL_PORT}`,
      namespace: e.TEMPORAL_NAMESPACE,
      maxCachedWorkflows: e.MAX_CACHED_WORKFLOWS,
      metricsAddress: e.WORKER_METRICS_ADDRESS,
    },
    databases: Object.fromEntries(
      SCHEMAS.map((schema) => [schema, e[urlVariable(schema)] ?? databaseUrl]),
    ) as Record<Schema, string>,
    kafka: kafkaOf(e),
    /** The provider simulator's own database; it is another company's in real life. */
    pspDatabase: e.PSP_DATABASE_URL ?? databaseUrl.replace(/\/[^/]*$/, '/haru_psp'),
    /** Who owns what is in the databases, and migrates it; undefined: their own users do. */
    databaseOwner:
      e.DATABASE_OWNER_URL ?? (e.DATABASE_URL === undefined ? embeddedOwner(home, told) : undefined),
    databasePool: e.DATABASE_POOL,
    /** So long the API waits for what others have locked (milliseconds). */
    databaseLockedMs: e.DATABASE_LOCKED_MS,
    /** So long a page is waited for until it shows what its reader has done (milliseconds). */
    pagesFreshWithinMs: e.PAGES_FRESH_WITHIN_MS,
    without: e.HARU_WITHOUT,
    auth: {
      issuer: e.OIDC_ISSUER,
      audience: e.OIDC_AUDIENCE,
      jwksUrl: e.OIDC_JWKS_URL,
      algorithm: e.OIDC_ALGORITHM,
      /** What signs development tokens; there is none by default, and none in production. */
      devSecret: e.DEV_TOKEN_SECRET,
    },
    /** Whose bearer sees /metrics and the parts that /readyz names; 'everyone' in development. */
    metricsFor: production ? { token: e.METRICS_TOKEN } : ('everyone' as const),
    corsOrigin: e.CORS_ORIGIN,
    /** Where the world finds the API, without a slash at its end. */
    publicUrl: (e.PUBLIC_URL ?? `http://127.0.0.1:${e.PORT}`).replace(/\/+$/, ''),
    feedContact: e.FEED_CONTACT_EMAIL,
    trustProxyHops: e.TRUST_PROXY_HOPS ?? 0,
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
    /** Type → what a pass costs (whole KRW) and how many rides it is good for (K1). */
    passTypes: e.PASS_TYPES,
    /** B4. */
    tariff: {
      firstMinutes: e.TARIFF_FIRST_MINUTES,
      firstFee: e.TARIFF_FIRST_KRW,
      stepMinutes: e.TARIFF_STEP_MINUTES,
      stepFee: e.TARIFF_STEP_KRW,
      dayAtMost: e.TARIFF_DAY_AT_MOST_KRW,
    },
    /** Points that a report earns, and all of a manager's in a day of Seoul (B6). */
    reportPoints: e.REPORT_POINTS,
    reportPointsPerDay: e.REPORT_POINTS_PER_DAY,
    /** How many bikes a customer may have at once (B1). */
    bikesAtOnce: e.BIKES_AT_ONCE,
    /** So long a call may take before the breaker counts it as failed (B9, milliseconds). */
    bikeLimits: { claimMs: e.BIKE_CLAIM_LIMIT_MS, reportMs: e.BIKE_REPORT_LIMIT_MS },
    /** What an order is called until it is paid (F5). */
    orderInitialStatus: e.ORDER_INITIAL_STATUS,
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
    /**
     * How often what has lost its workflow is looked for, 0 is never; and how long that workflow must have ended: a step
     * of it may still be under way (milliseconds).
     */
    recovery: { everyMs: e.RECOVER_EVERY_SECONDS * 1_000, afterMs: e.RECOVER_AFTER_SECONDS * 1_000 },
    breaker: {
      windowMs: e.BREAKER_WINDOW_MS,
      calls: e.BREAKER_CALLS,
      failureRate: e.BREAKER_FAILURE_RATE,
      probeAfterMs: e.BREAKER_PROBE_AFTER_MS,
    } satisfies BreakerConfig,
  };
}

/**
 * The PostgreSQL of `npm start`, by the role that owns nothing; its password is kept for whoever may read the data folder.
 * @param port undefined: the one of its last start
 */
const embeddedDatabase = (home: string, port: number | undefined) =>
  keptUrl(join(home, 'postgres.app.url'), port);

const embeddedOwner = (home: string, port: number | undefined) => keptUrl(join(home, 'postgres.url'), port);

const urlOnPort = (port: number) => `postgres://haru_app@127.0.0.1:${port}/haru`;

function keptUrl(file: string, port: number | undefined): string | undefined {
  if (!existsSync(file)) return undefined;
  const url = new URL(readFileSync(file, 'utf8').trim());
  if (port !== undefined) url.port = String(port);
  return url.href;
}

/** How events reach their consumers: by Kafka, or straight from PostgreSQL when undefined. */
function kafkaOf(e: Environment) {
  const encrypted = e.KAFKA_TLS === 'true';
  const { KAFKA_TLS_CA: ca, KAFKA_TLS_CERT, KAFKA_TLS_KEY } = e;
  const { KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = e;
  refuseWithout('KAFKA_TLS=true', encrypted, { KAFKA_TLS_CA: ca, KAFKA_TLS_CERT, KAFKA_TLS_KEY });
  const own = together({ KAFKA_TLS_CERT, KAFKA_TLS_KEY });
  const sasl = together({ KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD });
  refuseWithout('KAFKA_BROKERS', e.KAFKA_BROKERS !== undefined, {
    KAFKA_TLS: encrypted ? 'true' : undefined,
    KAFKA_SASL_MECHANISM,
  });
  if (e.KAFKA_BROKERS === undefined) return undefined;
  return {
    brokers: e.KAFKA_BROKERS,
    partitions: e.KAFKA_PARTITIONS,
    sessionMs: e.KAFKA_SESSION_MS,
    tls: encrypted ? { ca, own: own && { cert: own.KAFKA_TLS_CERT, key: own.KAFKA_TLS_KEY } } : undefined,
    sasl:
      sasl && KAFKA_SASL_MECHANISM
        ? {
            mechanism: KAFKA_SASL_MECHANISM,
            username: sasl.KAFKA_SASL_USERNAME,
            password: sasl.KAFKA_SASL_PASSWORD,
          }
        : undefined,
  };
}

/** The key is for the process that charges alone, the secret of the webhook for the API. @returns undefined when another provider is chosen */
function stripeOf(e: Environment) {
  if (e.PAYMENT_PROVIDER !== 'stripe') return undefined;
  return { secretKey: e.STRIPE_SECRET_KEY, url: e.STRIPE_URL, webhookSecret: e.STRIPE_WEBHOOK_SECRET };
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
  /** So many of one kind of event go to one recipient within an hour; the inbox has them all. */
  perHour: number;
  /** For development alone. allowPrivate: to addresses of this machine and its networks; allowPlain: by http. */
  webhooks: { allowPrivate: boolean; allowPlain: boolean };
}

function channelsOf(e: Environment): Channels {
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
    perHour: e.MESSAGES_PER_HOUR,
    webhooks: {
      allowPrivate: e.WEBHOOK_ALLOW_PRIVATE === 'true',
      allowPlain: e.NODE_ENV !== 'production',
    },
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

/** @throws Error when some of these are set and what they need is not */
function refuseWithout(needed: string, isSet: boolean, variables: Record<string, string | undefined>): void {
  const names = Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (!isSet && names.length > 0) throw new Error(`Environment: ${names.join(', ')} needs ${needed}`);
}

function refuseDevelopmentDoors(e: Environment): void {
  // Hops: without them all customers behind a balancer would share the limit of one address.
  const needed = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'OIDC_JWKS_URL', 'TRUST_PROXY_HOPS'] as const;
  const missing: string[] = needed.filter((name) => e[name] === undefined);
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
  // Its secret key goes with each request.
  if (!e.STRIPE_URL.startsWith('https:'))
    throw new Error('Environment: production needs STRIPE_URL by https');
  if (e.DEV_DOORS !== undefined) throw new Error('Environment: production has no DEV_DOORS');
}

/** Cards of the provider simulator: api.md, "Payment means". */
export const TEST_TOKENS = [
  'tok_ok',
  'tok_declined',
  'tok_slow',
  'tok_lost',
  'tok_error_after',
  'tok_flaky',
  'tok_norefund',
] as const;
export type TestToken = (typeof TEST_TOKENS)[number];

export const config = configFrom(process.env);
