import { z } from 'zod';
import { AUDIT_AT_MOST_MS, type AuditRow, Audits } from '../audits';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { Instant, typeId } from '../schemas';

const tag = 'Operations';

const AuditView = z
  .strictObject({
    id: typeId('aud'),
    status: z.enum(['RUNNING', 'HOLDS', 'BROKEN', 'FAILED']).meta({
      description: 'FAILED: it could not look, or went down with its process',
    }),
    by: z.string(),
    startedAt: Instant,
    endedAt: Instant.nullable(),
    laws: z
      .array(z.strictObject({ id: z.string(), holds: z.string(), breaches: z.array(z.string()) }))
      .meta({ description: 'Each law with what breaks it, at most 20' }),
    error: z.string().nullable(),
  })
  .meta({ id: 'Audit' });

function auditView({ id, byWhom: by, at, endedAt, laws, error }: AuditRow): z.output<typeof AuditView> {
  const broken = laws?.some(({ breaches }) => breaches.length > 0);
  const lost = endedAt === null && Date.now() - at.getTime() > AUDIT_AT_MOST_MS;
  const status =
    error !== null || lost ? 'FAILED' : endedAt === null ? 'RUNNING' : broken ? 'BROKEN' : 'HOLDS';
  return {
    ...{ id, status, by, error },
    startedAt: at.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    laws: laws ?? [],
  };
}

/** X4: proves over live data that every law holds, as `npm run audit` does. */
export function auditRoutes(api: Api): void {
  const audits = new Audits(api.deps.databases.api, api.deps.config);

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/operations/audits',
      summary: 'Begin an audit, or join the one that is under way',
      tag,
      who: ['admin'],
      answers: { 202: AuditView },
      makes: 'aud',
    },
    async ({ caller, operation }) => ({
      status: 202,
      body: auditView(await audits.begin(operation.thingId, caller.user)),
    }),
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/audits/{id}',
      summary: 'What an audit has found',
      tag,
      who: ['admin'],
      params: z.strictObject({ id: typeId('aud') }),
      answers: { 200: AuditView },
    },
    async ({ params: { id } }) => {
      const audit = await audits.audit(id);
      if (!audit) throw new Problem('not-found');
      return { status: 200, body: auditView(audit) };
    },
  );
}
