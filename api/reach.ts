import { isOutage } from './outages';
import type { ProblemCode } from './problems';

/** Past the time in which it may be begun, so long an answer may still be on its way. */
const ON_ITS_WAY_MS = 600;

/**
 * A service did not answer: whether what it was asked for was done is not known. As it is no Problem, nothing is
 * decided for the Idempotency-Key either; the same key finds out.
 */
export class NoAnswer extends Error {
  constructor(
    readonly code: ProblemCode,
    cause?: unknown,
  ) {
    super(code, { cause });
  }
}

/** What a service answers, in time. @throws NoAnswer when it is out of reach, or does not */
export async function answerOf<T>(asked: Promise<T>, answerBy: number, down: ProblemCode): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const withinMs = answerBy + ON_ITS_WAY_MS - Date.now();
    timer = setTimeout(() => reject(new NoAnswer(down)), withinMs);
  });
  try {
    return await Promise.race([reached(down, asked), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is asked for; or something else while whoever has it is out of reach. */
export async function unlessAway<T>(asked: Promise<T>, otherwise: () => T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isOutage(error)) return otherwise();
    throw error;
  }
}

/** @throws NoAnswer when a service, or its database, is out of reach; of another that it needed where that is known */
export async function reached<T>(down: ProblemCode, asked: T | Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw isOutage(error) && !(error instanceof NoAnswer) ? new NoAnswer(down, error) : error;
  }
}
