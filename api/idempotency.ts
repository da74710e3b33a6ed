import { createHash, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import { z } from 'zod';
import { Problem, problemRow, type ProblemCode, type ProblemParams } from './problems';
import { says } from './validation-words';

/** What a route answers. */
export interface Answer {
  status: number;
  body?: unknown;
  location?: string;
  etag?: string;
}

/** The header, as it is validated and documented. */
export const IdempotencyKey = z.strictObject({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21-\x7e]*$/, says('visible ASCII'))
    .optional()
    .meta({
      description: 'The same key, caller and body get the first answer again; nothing is made twice.',
    }),
});

/** One attempt at a POST, as its handler knows it. */
export interface Operation {
  /** The caller's Idempotency-Key, or a key of our own. Names the update of a workflow. */
  key: string;
  /** Id of the thing that the POST makes; '' when it makes none. */
  thingId: string;
  /** Epoch milliseconds; what has not begun by then never begins. */
  answerBy: number;
  /** Asked before under this key, and not answered as far as is known: it may run, have ended, or never have begun. */
  askedBefore: boolean;
  /** Nobody hears the answer any more: what has not begun is not begun for them. */
  callerLeft: () => boolean;
}

export interface IdempotentRequest {
  user: string;
  path: string;
  key: string | undefined;
  body: unknown;
  /** TypeID prefix of the thing that the request makes. */
  makes: string | undefined;
  callerLeft: () => boolean;
  /** Answers with a secret are not stored: the handler gives the same answer again. */
  hasSecret?: boolean | undefined;
}

/** The memory of POSTs by their Idempotency-Key: who asked what, under which id, and what was answered. */
export interface Idempotency {
  db: Knex;
  answerWithinMs: number;
}

interface Row {
  body_hash: string;
  thing_id: string;
  answer_by: Date;
  answer: Answer | Refusal | null;
}

interface Refusal {
  problem: ProblemCode;
  params: ProblemParams;
}

const KEPT_HOURS = 24;

/**
 * Runs a POST once for its key. The same again gets the first answer; while the first is under way it joins it.
 * A 400, 429 or 503 decides nothing: the key is free again.
 * @throws Problem idempotency-mismatch when the key was used with another body; whatever `run` throws
 */
export async function idempotent(
  { db, answerWithinMs }: Idempotency,
  { user, path, key, body, makes, callerLeft, hasSecret = false }: IdempotentRequest,
  run: (operation: Operation) => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  const operation: Operation = {
    key: key ?? randomUUID(),
    thingId: makes === undefined ? '' : typeid(makes).toString(),
    answerBy: Date.now() + answerWithinMs,
    askedBefore: false,
    callerLeft,
  };
  if (key === undefined) return { ...(await run(operation)), replayed: false };

  const at = { caller: user, path, key };
  const row: Row = {
    body_hash: createHash('sha256').update(JSON.stringify(body)).digest('hex'),
    thing_id: operation.thingId,
    answer_by: new Date(operation.answerBy),
    answer: null,
  };
  for (;;) {
    const mine = await db('api.idempotency')
      .insert({ ...at, ...row })
      .onConflict()
      .ignore()
      .returning('key');
    if (mine.length === 1) return decide(operation);

    const before = await db<Row>('api.idempotency').where(at).first<Row | undefined>();
    if (!before) continue; // Freed between the two statements.
    if (before.body_hash !== row.body_hash) throw new Problem('idempotency-mismatch');
    if (before.answer) return told(before.answer, true);
    const same = { ...at, thing_id: before.thing_id, answer: null };
    if ((await db('api.idempotency').where(same).update({ joined: true })) === 0) continue; // Answered just now, or freed.
    const joined = {
      ...operation,
      thingId: before.thing_id,
      answerBy: before.answer_by.getTime(),
      askedBefore: true,
    };
    try {
      return await decide(joined);
    } catch (error) {
      const cameToNothing =
        error instanceof Problem && !isDecided(error.code) && Date.now() > joined.answerBy;
      // Whoever asked first died with it: this asks anew.
      if (!cameToNothing || before.answer_by.getTime() > operation.answerBy - answerWithinMs) throw error;
    }
  }

  async function decide(attempt: Operation): Promise<Answer & { replayed: boolean }> {
    const replayed = attempt.askedBefore;
    const unanswered = () => db('api.idempotency').where({ ...at, thing_id: attempt.thingId, answer: null });
    let answer: Answer | Refusal;
    try {
      const now = await run(attempt);
      // Under way: the same key asks for its end.
      if (now.status === 202) return told(now, replayed);
      answer = now;
    } catch (error) {
      // Anything else leaves open what happened: the same key finds out.
      if (!(error instanceof Problem)) throw error;
      if (!isDecided(error.code)) {
        // Turned away at the door, while another attempt under this key may be under way.
        await unanswered().whereRaw('(NOT joined OR answer_by < now())').delete();
        throw error;
      }
      answer = { problem: error.code, params: error.params };
    }
    const isFirst = hasSecret || (await unanswered().update({ answer: JSON.stringify(answer) })) > 0;
    if (isFirst) return told(answer, replayed);
    // Another attempt has answered meanwhile: the first answer stays, and is everyone's.
    const stored = await db<Row>('api.idempotency').where(at).first<Row | undefined>();
    return stored?.answer ? told(stored.answer, true) : told(answer, replayed);
  }
}

/** Forgets what is older than a day. @returns how many */
export async function forgetOld({ db }: Idempotency): Promise<number> {
  return db('api.idempotency').whereRaw(`created_at < now() - interval '${KEPT_HOURS} hours'`).delete();
}

const isDecided = (code: ProblemCode) => {
  const { status } = problemRow(code);
  return status < 500 && status !== 400 && status !== 429;
};

/** @throws Problem that it is */
function told(answer: Answer | Refusal, replayed: boolean): Answer & { replayed: boolean } {
  if (!('problem' in answer)) return { ...answer, replayed };
  const problem = new Problem(answer.problem, answer.params);
  problem.replayed = replayed;
  throw problem;
}
