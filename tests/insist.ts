import { pause } from '../engine/wait';
import type { Answer } from './test-client';
import type { TestStack } from './test-stack';

/** Told to come back later, as on a busy machine, they do. @param most so many times they ask */
export async function insist(ask: () => Promise<Answer>, most = 60): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (answer.status !== 503 || tries >= most) return answer;
    await pause(200);
  }
}

/** What must come to be. @returns its id */
export async function made(stack: TestStack, ask: () => Promise<Answer>): Promise<string> {
  const { status, body } = await insist(ask, stack.tries);
  if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body.id as string;
}
