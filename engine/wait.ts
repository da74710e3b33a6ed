export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks again and again until the answer is true.
 * @returns whether it became true within the time
 */
export async function until(
  check: () => Promise<boolean> | boolean,
  { withinMs, everyMs = 100 }: { withinMs: number; everyMs?: number },
): Promise<boolean> {
  const end = performance.now() + withinMs;
  for (;;) {
    if (await check()) return true;
    if (performance.now() >= end) return false;
    await pause(everyMs);
  }
}
