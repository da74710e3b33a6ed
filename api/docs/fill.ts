import { ACCOUNTS } from '../dev/accounts';
import { type BodyExample, offerFrom, type Offered } from '../examples';
import type { Document, Operation } from './document';

interface Filling {
  offered: Offered;
  examples: ReadonlyMap<string, BodyExample>;
  /** Where the API answers, as a reader types it; undefined where only they know. */
  origin: string | undefined;
}

/** Writes into the document what can be sent just now: ids in paths, bodies, and both as a command. */
export function fillIn({ paths }: Document, { offered, examples, origin }: Filling): void {
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods)) {
      const offer = offerFrom(offered, operation.operationId);
      let url = path;
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in !== 'path') continue;
        const prefix = prefixOf(parameter.schema);
        const example = prefix === undefined ? parameter.schema.example : offer(prefix);
        if (example === undefined) continue;
        parameter.example = example;
        url = url.replace(`{${parameter.name}}`, example);
      }
      const json = operation.requestBody?.content['application/json'];
      const body = examples.get(operation.operationId)?.(offer);
      if (json && body !== undefined) json.example = body;
      operation['x-codeSamples'] = [
        { lang: 'Shell', label: 'curl', source: curl(method, url, operation, body, origin) },
      ];
    }
}

/** "bkg", where the schema is that of a booking's id. */
const prefixOf = ({ pattern = '' }: { pattern?: string }) => /^\^([a-z]{3})_\[0-7\]/.exec(pattern)?.[1];

function curl(
  method: string,
  url: string,
  operation: Operation,
  body: unknown,
  origin = '$HARU_URL',
): string {
  const { security = [], requestBody } = operation;
  const needsToken = security.length > 0 && security.every((way) => 'bearer' in way);
  const user = userOf(operation);
  const token = origin === '$HARU_URL' ? '$TOKEN' : `$(npm run -s token -- ${user})`;
  return [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"${origin}${url}"`,
    ...(needsToken ? [`-H "Authorization: Bearer ${token}"`] : []),
    ...(needsToken && method === 'post' ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    ...(requestBody ? ["-H 'Content-Type: application/json'"] : []),
    ...(body === undefined ? [] : [`-d '${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`]),
  ].join(' \\\n  ');
}

/** The demo account that may do it. */
function userOf({ 'x-roles': roles = ['customer'] }: Pick<Operation, 'x-roles'>): string {
  const account = ACCOUNTS.find((one) => one.roles.some((role) => role === roles[0]));
  return account?.user ?? 'minji';
}
