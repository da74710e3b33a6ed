import { config } from '../config';
import { ACTIONS, type Action } from '../workflows/payment/contract';

const USAGE = `Usage:
  npm run ops -- parked                                    what waits for an operator
  npm run ops -- parked retry <id> --reason "<why>"        try once more
  npm run ops -- parked settle <id> --reason "<why>"       the customer was paid by other means
  npm run ops -- parked write-off <id> --reason "<why>"    nobody is paid
  npm run ops -- events                                    what a page or the inbox could not take
  npm run ops -- events retry <id>                         let it be tried again

HARU_URL is where the API answers, OPS_TOKEN an administrator's token; in development one is made.`;

interface Parked {
  id: string;
  state: string;
  for: string;
  amount: number;
  leftToDo: string;
  ageSeconds: number;
  history: { at: string; what: string; by?: string; reason?: string }[];
}

/** P4 from a terminal. @throws Error in one line, which says what to do */
async function main([what, action, id, flag, reason, ...more]: string[]): Promise<void> {
  const words = [action, id, flag, reason].filter((word) => word !== undefined).length;
  if (!['parked', 'events'].includes(what ?? '') || more.length > 0) throw new Error(USAGE);
  const token = config.operations.token ?? (await developmentToken());
  if (what === 'events') {
    if (words === 0) return printEvents(token);
    if (action !== 'retry' || id === undefined || words > 2) throw new Error(USAGE);
    await ask(token, 'POST', `/v1/operations/parked-events/${encodeURIComponent(id)}/retry`, {});
    console.log(`${id} is tried again.`);
    return;
  }
  if (action === undefined) {
    const all = await waiting(token);
    for (const parked of all) print(parked);
    console.log(`${all.length} wait for an operator.`);
    return;
  }
  if (!isAction(action) || id === undefined || flag !== '--reason' || reason === undefined)
    throw new Error(USAGE);
  print(
    await ask<Parked>(token, 'POST', `/v1/operations/parked/${encodeURIComponent(id)}/${action}`, { reason }),
  );
}

async function waiting(token: string): Promise<Parked[]> {
  const all: Parked[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/v1/operations/parked?limit=100${cursor && `&cursor=${cursor}`}`;
    const page: { data: Parked[]; nextCursor: string | null } = await ask(token, 'GET', path);
    all.push(...page.data);
    cursor = page.nextCursor;
  }
  return all;
}

interface ParkedEvent {
  id: string;
  consumer: string;
  subject: string;
  event: string;
  error: string;
  parkedAt: string;
  behind: number;
}

async function printEvents(token: string): Promise<void> {
  const { data } = await ask<{ data: ParkedEvent[] }>(token, 'GET', '/v1/operations/parked-events');
  for (const { id, consumer, subject, event, error, parkedAt, behind } of data)
    console.log(
      `${id}  ${consumer} could not take ${event} of ${subject} (${parkedAt}, ${behind} behind): ${error}`,
    );
  console.log(`${data.length} parked.`);
}

async function developmentToken(): Promise<string> {
  const body = { user: 'operator', roles: ['admin'], locale: 'en' };
  const { token } = await ask<{ token: string }>(undefined, 'POST', '/v1/dev/tokens', body);
  return token;
}

async function ask<T>(token: string | undefined, method: string, path: string, body?: object): Promise<T> {
  const { url } = config.operations;
  const answer = await fetch(url + path, {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body && { 'Content-Type': 'application/json' }),
      'Accept-Language': 'en',
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  }).catch(() => {
    throw new Error(`No answer from ${url}: start the system with npm start, or set HARU_URL.`);
  });
  const said = (await answer.json()) as T & { code?: string; detail?: string };
  if (!answer.ok) throw new Error(`${answer.status} ${said.code ?? ''}: ${said.detail ?? ''}`);
  return said;
}

function print({ id, state, for: subject, amount, leftToDo, ageSeconds, history }: Parked): void {
  const age =
    ageSeconds < 7_200 ? `${Math.round(ageSeconds / 60)} min` : `${Math.round(ageSeconds / 3_600)} h`;
  console.log(`${id}  ${state}  ${amount} KRW of ${subject}, ${age} old: ${leftToDo}`);
  for (const { at, what, by, reason } of history)
    console.log(`    ${at}  ${what}${by === undefined ? '' : ` by ${by}: ${reason ?? ''}`}`);
}

const isAction = (word: string): word is Action => (ACTIONS as readonly string[]).includes(word);

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
