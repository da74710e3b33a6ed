import { randomUUID } from 'node:crypto';

export interface Answer {
  /** What was called: "POST /v1/orders". */
  call: string;
  status: number;
  // Tests read answers as a client would, field by field.
  body: any;
  headers: Headers;
  ms: number;
}

/** @returns the body of an answer that must have this status @throws Error naming the call */
export function bodyOf({ call, status, body }: Answer, expected = 200): Answer['body'] {
  if (status !== expected) throw new Error(`${call} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** @returns the id of what a call must have made @throws Error naming the call */
export async function created(answer: Promise<Answer>): Promise<string> {
  return bodyOf(await answer, 201).id as string;
}

/** Someone with a token, calling the API as any client would. */
export class TestClient {
  private constructor(
    private readonly url: string,
    readonly user: string,
    readonly token: string,
  ) {}

  static async signIn(
    url: string,
    {
      user = `u-${randomUUID()}`,
      roles = ['customer'],
      locale = 'ko',
    }: { user?: string; roles?: string[]; locale?: 'ko' | 'en' },
  ): Promise<TestClient> {
    const answer = await request(`${url}/v1/dev/tokens`, 'POST', { user, roles, locale }, {});
    return new TestClient(url, user, bodyOf(answer).token as string);
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown = {}, idempotencyKey?: string): Promise<Answer> {
    return this.call('POST', path, body, idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {});
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return request(this.url + path, method, body, { Authorization: `Bearer ${this.token}`, ...headers });
  }
}

async function request(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const began = performance.now();
  const answer = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const ms = performance.now() - began;
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return {
    call: `${method} ${new URL(url).pathname}`,
    status: answer.status,
    body: text === '' ? undefined : isJson ? JSON.parse(text) : text,
    headers: answer.headers,
    ms,
  };
}
