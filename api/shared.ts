const KEEP_MS = 1_000;

/** An answer that everyone shares who asks within a second. */
export function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return () => {
    if (last === undefined || Date.now() - last.at > KEEP_MS) last = { at: Date.now(), answer: ask() };
    return last.answer;
  };
}
