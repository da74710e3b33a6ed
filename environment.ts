import { z } from 'zod';
import { PARTS, type Schema, SCHEMAS } from './domains';

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

const passTypes = z
  .string()
  .regex(/^[\w-]+=\d+\/\d+(,[\w-]+=\d+\/\d+)*$/, 'expected type=price/rides, separated by commas')
  .transform((list) =>
    Object.fromEntries(
      list.split(',').map((pair) => {
        const [type = '', terms = ''] = pair.split('=');
        const [price, rides] = terms.split('/').map(Number);
        return [type, { price: price ?? 0, rides: rides ?? 0 }];
      }),
    ),
  )
  .pipe(z.record(z.string(), z.object({ price: z.int().min(1), rides: z.int().min(1) })));

export const urlVariable = <S extends Schema>(schema: S) =>
  `${schema.toUpperCase() as Uppercase<S>}_DATABASE_URL` as const;
const databaseUrls = Object.fromEntries(
  SCHEMAS.map((schema) => [urlVariable(schema), z.url().optional()]),
) as Record<ReturnType<typeof urlVariable<Schema>>, z.ZodOptional<z.ZodURL>>;

/** The variables that Haru reads, each with its default; config.ts gives them their meaning. */
export const Environment = z.object({
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
  // Which server npm start starts: the development server, or the one for production on its PostgreSQL.
  TEMPORAL_SERVER: z.enum(['development', 'postgres']).default('development'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  DATABASE_URL: z.url().optional(),
  ...databaseUrls,
  // Whose role owns the schemas and migrates them; the other databases' users then own nothing.
  DATABASE_OWNER_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  PSP_DATABASE_URL: z.url().optional(),
  DATABASE_POOL: count(10),
  // So long the API waits for what others have locked: all domains may share its connections.
  DATABASE_LOCKED_MS: count(1_000),
  PAGES_FRESH_WITHIN_MS: count(1_000),

  KAFKA_BROKERS: addresses.optional(),
  KAFKA_PARTITIONS: count(6),
  KAFKA_SESSION_MS: count(10_000),
  KAFKA_TLS: z.enum(['true', 'false']).default('false'),
  // Paths of PEM files: whom to trust, and who Haru is where brokers ask for it.
  KAFKA_TLS_CA: z.string().optional(),
  KAFKA_TLS_CERT: z.string().optional(),
  KAFKA_TLS_KEY: z.string().optional(),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .transform((name) => name.toUpperCase() as Uppercase<typeof name>)
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),

  HARU_WITHOUT: parts,

  OIDC_ISSUER: z.string().default('haru-dev'),
  OIDC_AUDIENCE: z.string().default('haru'),
  // Whoever stands between could hand us keys of their own.
  OIDC_JWKS_URL: z
    .url()
    .regex(/^https:|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/, 'expected https')
    .optional(),
  OIDC_ALGORITHM: z.enum(['RS256', 'ES256', 'EdDSA']).default('RS256'),
  DEV_TOKEN_SECRET: z.string().min(16).optional(),
  // In a container everyone comes over a bridge: its ports must then be published on loopback alone.
  DEV_DOORS: z.enum(['loopback', 'container']).optional(),
  // Asked for by /metrics, and by /readyz before it names its parts; without it, in production nobody sees them.
  METRICS_TOKEN: z.string().min(16).optional(),
  CORS_ORIGIN: z.string().default('*'),
  // Where the world finds the API: what the GBFS feed names its files by.
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  // To whom readers of the GBFS feed write.
  FEED_CONTACT_EMAIL: z.email().default('feed@haru.example'),
  // Proxies that a request passes, each of which adds its client to X-Forwarded-For; asked for in production.
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).optional(),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).optional(),

  LIVE_STREAMS: count(2_000),
  LIVE_STREAMS_PER_USER: count(5),
  LIVE_STREAM_SECONDS: z.coerce.number().int().min(1).max(86_400).default(3_600),

  // The contract gives 5 s; on a busy machine an answer needs some of it to get out.
  ANSWER_WITHIN_MS: count(4_000),
  SAGAS_AT_ONCE: count(48),
  SAGAS_QUEUED: count(500),

  // Name, price (whole KRW) and rides of each type of pass.
  PASS_TYPES: passTypes.prefault('1=1000/1,2=2000/2'),
  TARIFF_FIRST_MINUTES: count(30),
  TARIFF_FIRST_KRW: count(1_000),
  TARIFF_STEP_MINUTES: count(10),
  TARIFF_STEP_KRW: count(200),
  TARIFF_DAY_AT_MOST_KRW: count(30_000),
  REPORT_POINTS: count(500),
  REPORT_POINTS_PER_DAY: z.coerce.number().int().min(0).default(10_000),
  BIKES_AT_ONCE: count(5),
  BIKE_CLAIM_LIMIT_MS: count(1_200),
  BIKE_REPORT_LIMIT_MS: count(600),
  ORDER_INITIAL_STATUS: z.string().trim().min(1).max(60).default('ordered'),

  PAYMENT_PROVIDER: z.enum(['simulator', 'stripe']).default('simulator'),
  PAYMENT_PROVIDER_URL: z.url().optional(),
  STRIPE_SECRET_KEY: z.string().optional(),
  // Of the endpoint POST /v1/provider/stripe/events, whsec_…; without it there is none.
  STRIPE_WEBHOOK_SECRET: z.string().optional(),
  STRIPE_URL: z.url({ protocol: /^https?$/ }).default('https://api.stripe.com'),
  PAYMENT_LIMIT_MS: count(610),
  OPERATOR_AFTER_SECONDS: count(900),
  RECONCILE_EVERY_SECONDS: z.coerce.number().int().min(0).default(300),
  RECOVER_EVERY_SECONDS: z.coerce.number().int().min(0).default(60),
  RECOVER_AFTER_SECONDS: z.coerce.number().int().min(0).default(15),
  BREAKER_WINDOW_MS: count(10_000),
  BREAKER_CALLS: count(10),
  BREAKER_FAILURE_RATE: z.coerce.number().min(0.01).max(0.99).default(0.5),
  BREAKER_PROBE_AFTER_MS: count(5_000),

  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().optional(),
  // Of one kind of event, to one address or number.
  MESSAGES_PER_HOUR: count(30),
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

  // Of a worker or a relay; 0 is none.
  HEALTH_PORT: port(0),
  HEALTH_STALLED_SECONDS: count(30),

  WORKER_METRICS_ADDRESS: z.string().optional(),
  MAX_CACHED_WORKFLOWS: count(600),
});

export type Environment = z.output<typeof Environment>;
