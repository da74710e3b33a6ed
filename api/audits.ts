import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Config } from '../config';
import { columns } from '../activities/database';

/** A law as an audit found it. */
export interface AuditedLaw {
  id: string;
  holds: string;
  /** In words; none where it holds. */
  breaches: string[];
}

export interface AuditRow {
  id: string;
  byWhom: string;
  at: Date;
  endedAt: Date | null;
  laws: AuditedLaw[] | null;
  /** Why it could not be made. */
  error: string | null;
}

const AUDIT = columns(['id', 'byWhom', 'at', 'endedAt', 'laws', 'error']) satisfies Record<
  keyof AuditRow,
  string
>;

/** As `npm run audit`: what is seen in mid-movement is no breach. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 2_000;
/** Breaches of one law that are kept. */
const KEPT = 20;
/** One that has not ended by then went down with its process. */
export const AUDIT_AT_MOST_MS = 10 * 60_000;

/** Audits that operators ask for: each runs in the API process that was asked, one at a time. */
export class Audits {
  constructor(
    private readonly db: Knex,
    private readonly config: Config,
  ) {}

  /** Begins one, unless one is under way. @returns the one that is */
  async begin(id: string, by: string): Promise<AuditRow> {
    const open = await this.db('api.audits')
      .whereNull('ended_at')
      .where('at', '>', new Date(Date.now() - AUDIT_AT_MOST_MS))
      .first<AuditRow | undefined>(AUDIT);
    if (open) return open;
    const [begun] = await this.db('api.audits').insert({ id, by_whom: by }).returning<AuditRow[]>(returned);
    if (!begun) throw new Error('no audit was begun');
    void this.make(id).catch(() => undefined);
    return begun;
  }

  async audit(id: string): Promise<AuditRow | undefined> {
    return this.db('api.audits').where({ id }).first<AuditRow | undefined>(AUDIT);
  }

  private async make(id: string): Promise<void> {
    const outcome = await this.found().then(
      (laws) => ({ laws: JSON.stringify(laws) }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    await this.db('api.audits')
      .where({ id })
      .update({ ...outcome, ended_at: this.db.raw('clock_timestamp()') });
  }

  private async found(): Promise<AuditedLaw[]> {
    // The laws are loaded when they are asked for: nothing else here needs them.
    const [{ lastingFindings }, { World }] = await Promise.all([
      import('../invariants/index.js'),
      import('../invariants/world.js'),
    ]);
    const world = await World.open(this.config);
    try {
      const findings = await lastingFindings(world, LOOKS, () => pause(BETWEEN_LOOKS_MS));
      return findings.map(({ id, holds, breaches }) => ({
        ...{ id, holds },
        breaches: breaches.slice(0, KEPT).map(({ breach }) => breach),
      }));
    } finally {
      await world.close();
    }
  }
}

const returned = Object.entries(AUDIT).map(([field, column]) => `${column} as ${field}`);
