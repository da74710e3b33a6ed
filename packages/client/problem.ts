import type { components } from './schema';

type Problem = components['schemas']['Problem'];

/** An answer that is no success; `code` is stable, the message is in the caller's language. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
  ) {
    super(problem.detail ?? `answered ${status}`);
  }

  get code(): string {
    return this.problem.code ?? String(this.status);
  }
}

/** What a call gave. @throws ProblemError where it is no success */
export function dataOf<Data>({
  data,
  error,
  response,
}: {
  data?: Data | undefined;
  error?: unknown;
  response: Response;
}): Data {
  if (!response.ok) throw problemIn(response.status, error);
  // A 204 has none, and its type says so.
  return data as Data;
}

export const problemIn = (status: number, body: unknown): ProblemError =>
  new ProblemError(status, typeof body === 'object' && body !== null ? body : {});
