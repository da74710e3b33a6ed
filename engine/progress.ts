/** One line for the person at the terminal. */
export type Say = (line: string) => void;

export const say: Say = (line) => console.log(line);

/**
 * Shows that something long goes on, with the seconds so far: one line kept up to date on a terminal, a
 * line each 15 s elsewhere.
 */
export async function withProgress<T>(
  text: string | (() => string),
  work: () => Promise<T>,
  say: Say,
): Promise<T> {
  const began = performance.now();
  const terminal = process.stdout.isTTY;
  const words = typeof text === 'string' ? () => text : text;
  const now = () => `${words()} … ${Math.round((performance.now() - began) / 1000)} s`;
  if (!terminal) say(`${words()} …`);
  const timer = setInterval(
    () => (terminal ? process.stdout.write(`\r${now()}\x1b[K`) : say(now())),
    terminal ? 1_000 : 15_000,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (terminal) process.stdout.write('\r\x1b[K');
  }
}
