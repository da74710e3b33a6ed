import { pause } from '../engine/wait';
import type { Answer } from './customer';

/** Told to come back later, as on a busy machine, they do. @param most so many times they ask */
export async function insist(ask: () => Promise<Answer>, most = 60): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (answer.status !== 503 || tries >= most) return answer;
    await pause(200);
  }
}

/** What must come to be, however busy the machine is. @returns its id */
export async function made(ask: () => Promise<Answer>): Promise<string> {
  const { status, body } = await insist(ask);
  if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body.id as string;
}
