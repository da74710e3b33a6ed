// Imported first by every command: whatever goes wrong ends as one clear line, not as a stack trace.

/** An end that the person at the keyboard can do something about; its message says what. */
export class ClearError extends Error {}

export function endWith(error: unknown): never {
  const debug = process.env.LOG_LEVEL === 'debug' || process.env.LOG_LEVEL === 'trace';
  if (error instanceof Error) console.error(debug ? error : error.message || error.name);
  else console.error(error);
  process.exit(1);
}

process.on('uncaughtException', endWith);
process.on('unhandledRejection', endWith);
// `npm start | head` closes our output; that is no reason to leave processes behind.
process.stdout.on('error', () => undefined);
