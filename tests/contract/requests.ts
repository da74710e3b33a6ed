import { pause } from '../../engine/wait';
import type { TestStack } from '../test-stack';
import { type Answer, type Operation, prefixOf, undocumented, validFor } from './document';

export interface Sent {
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
  token?: string | undefined;
}

const AT_ONCE = 8;
export const JSON_BODY = { 'content-type': 'application/json' };

/** What the document calls valid, with what it requires alone. @param ids by their prefix; of nothing where left out */
export function requestOf({ path, parameters, body }: Operation, ids: Record<string, string> = {}): Sent {
  let url = path;
  for (const { name, schema } of parameters.filter((parameter) => parameter.in === 'path'))
    url = url.replace(`{${name}}`, ids[prefixOf(schema) ?? ''] ?? validFor(schema));
  return body ? { url, headers: JSON_BODY, body: JSON.stringify(validFor(body)) } : { url, headers: {} };
}

/** @returns their answers, each with what the document does not list of it */
export async function ask(stack: TestStack, operation: Operation, requests: readonly Sent[]) {
  const answers: (Answer & { undocumented: string | undefined })[] = [];
  for (let i = 0; i < requests.length; i += AT_ONCE) {
    const some = requests.slice(i, i + AT_ONCE).map((request) => send(stack.url, operation.method, request));
    for (const answer of await Promise.all(some))
      answers.push({ ...answer, undocumented: undocumented(operation, answer) });
  }
  return answers;
}

async function send(base: string, method: string, { url, headers, body, token }: Sent): Promise<Answer> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const init = { method, headers: { ...headers, ...authorization }, body: body ?? null };
  const answer = await fetch(base + url, init);
  const { status } = answer;
  const [mediaType = ''] = (answer.headers.get('content-type') ?? '').split(';');
  // A stream has no end.
  if (mediaType === 'text/event-stream') await answer.body?.cancel();
  const text = mediaType === 'text/event-stream' ? '' : await answer.text();
  return { status, mediaType, body: mediaType.endsWith('json') ? JSON.parse(text) : text || undefined };
}

/** They run whatever is asked: schedules', and the API's question whether workers are there. */
const HOUSEKEEPING = "WorkflowType NOT IN ('recover', 'recoverPayments', 'reconcile', 'answer')";

/** What is stored, by Haru and by the provider, as a hash of each table; and how many workflows there ever were. */
export async function stored(stack: TestStack): Promise<Record<string, string>> {
  const { count } = await (await stack.temporal).workflow.count(HOUSEKEEPING);
  const hashes: Record<string, string> = { workflows: String(count) };
  for (const db of [stack.db, stack.bank]) {
    const { rows: tables } = await db.raw<{ rows: { name: string }[] }>(
      `SELECT oid::regclass::text AS name FROM pg_class
       WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema|graphile)'
         -- Every request is counted, and every try of an admin is in their log, refused or not.
         AND oid::regclass::text NOT IN ('api.rate_limits', 'api.acts')`,
    );
    // Heartbeats go on whatever is asked.
    const row = `(to_jsonb(t) - 'heartbeat')::text`;
    const hash = `md5(coalesce(string_agg(${row}, '|' ORDER BY ${row}), ''))`;
    const each = tables.map(({ name }) => `SELECT '${name}' AS name, ${hash} AS hash FROM ${name} t`);
    const { rows } = await db.raw<{ rows: { name: string; hash: string }[] }>(each.join(' UNION ALL '));
    for (const row of rows) hashes[row.name] = row.hash;
  }
  return hashes;
}

/** The same, once all that was begun before is at rest. */
export async function storedAtRest(stack: TestStack): Promise<Record<string, string>> {
  for (let before = await stored(stack); ;) {
    await pause(300);
    const now = await stored(stack);
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}
