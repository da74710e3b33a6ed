import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import { columns, inPage, isRow, type PageWanted } from '../activities/database';
import { type Caller, isAdmin } from './caller';
import type { Endpoint } from './openapi';
import { Problem, problemRow } from './problems';
import { createdAtOf } from './thing';

/** What an operator did. */
export interface ActRow {
  id: string;
  byWhom: string;
  /** Of the route: "POST /v1/operations/parked/{id}/retry". */
  act: string;
  /** Ids of what it was done to. */
  about: string[];
  reason: string | null;
  requestId: string;
  at: Date;
  /** HTTP; null while it is not known to have ended. */
  status: number | null;
}

const ACT = columns(['id', 'byWhom', 'act', 'about', 'reason', 'requestId', 'at', 'status']) satisfies Record<
  keyof ActRow,
  string
>;

/** Whether what the caller asks for is to be written down: whatever an admin may change. */
export const isAct = ({ method, who }: Pick<Endpoint, 'method' | 'who'>, caller: Caller | undefined) =>
  caller !== undefined && method !== 'get' && Array.isArray(who) && who.includes('admin') && isAdmin(caller);

interface Asked {
  spec: Pick<Endpoint, 'method' | 'path'>;
  caller: Caller | undefined;
  requestId: string;
  params: object;
  body: object;
}

/** The log of what operators did, and why: written down before it is done, and how it ended after it. */
export class Acts {
  constructor(private readonly db: Knex) {}

  async noted<A extends { status: number }>(asked: Asked, does: () => Promise<A>): Promise<A> {
    const id = await this.begin(asked);
    try {
      const answer = await does();
      await this.end(id, answer.status);
      return answer;
    } catch (error) {
      // Of anything else nobody knows how it ended.
      if (error instanceof Problem) await this.end(id, problemRow(error.code).status);
      throw error;
    }
  }

  private async begin({ spec, caller, requestId, params, body }: Asked): Promise<string> {
    const id = typeid('act').toString();
    const { reason, ids } = body as { reason?: string; ids?: string[] };
    await this.db('api.acts').insert({
      ...{ id, by_whom: caller?.user, act: `${spec.method.toUpperCase()} ${spec.path}` },
      about: [...(Object.values(params) as string[]), ...(ids ?? [])],
      reason: reason ?? null,
      request_id: requestId,
      // The id's own time, by which the log is searched.
      at: createdAtOf(id),
    });
    return id;
  }

  /** It is done, whether or not that can be written down. */
  private async end(id: string, status: number): Promise<void> {
    await this.db('api.acts')
      .where({ id })
      .update({ status })
      .catch(() => undefined);
  }

  /** What was done to that thing and not refused, in order. */
  async on(id: string): Promise<ActRow[]> {
    return this.db('api.acts')
      .whereRaw('about @> ARRAY[?]', [id])
      .whereRaw('(status IS NULL OR status < 400)')
      .orderBy('id')
      .select<ActRow[]>(ACT);
  }

  /** Newest first. @returns undefined where the page begins after none of these */
  async list(by: string | undefined, page: PageWanted): Promise<ActRow[] | undefined> {
    if (!(await isRow(this.db, 'api.acts', page.after, { by_whom: by }))) return undefined;
    const query = this.db('api.acts');
    if (by !== undefined) void query.where({ by_whom: by });
    return inPage(query, page).select<ActRow[]>(ACT);
  }
}
