import { pause } from '../engine/wait';
import type { Answer } from './customer';

/** Told to come back later, as on a busy machine, they do. */
export async function insist(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (answer.status !== 503 || tries === 60) return answer;
    await pause(200);
  }
}
