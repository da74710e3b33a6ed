import { ClearError } from '../engine/fail-clearly';

export const won = new Intl.NumberFormat('en', { style: 'currency', currency: 'KRW' });

/** A paragraph of the demo. */
export function tell(...lines: string[]): void {
  console.log(`${lines.join('\n')}\n`);
}

/** @throws ClearError when the system does not do what the demo tells */
export function expectThat(held: boolean, what: string, status: unknown, body: unknown): void {
  if (!held) throw new ClearError(`Not as told: ${what}. It was ${String(status)} ${JSON.stringify(body)}`);
}
