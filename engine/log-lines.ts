import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Say } from './progress';

const LEVELS: Record<number, string> = { 40: 'warn ', 50: 'ERROR ', 60: 'FATAL ' };
/** Of every record, and of no interest on a terminal. */
const DULL = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'name', 'process', 'err']);

/** Puts the name of the process before each of its lines; a JSON record becomes a readable line. */
export const prefixed =
  (name: string, say: Say) =>
  (line: string): void =>
    say(readable(line).replaceAll(/^/gm, `${name.padEnd(7)}| `));

function readable(line: string): string {
  const record = recordOf(line);
  if (record === undefined) return line;
  const details = Object.entries(record)
    .filter(([key]) => !DULL.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const text = [`${LEVELS[Number(record.level)] ?? ''}${String(record.msg)}`, ...details].join(' ');
  const { stack } = (record.err ?? {}) as { stack?: string };
  return stack === undefined ? text : `${text}\n${stack}`;
}

function recordOf(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const record = JSON.parse(line) as Record<string, unknown>;
    return typeof record.msg === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

/** A log that nobody reads while all is well; emptied at each start. */
export function intoFile(path: string): (line: string) => void {
  mkdirSync(dirname(path), { recursive: true });
  const file = createWriteStream(path);
  file.on('error', () => undefined);
  return (line) => void file.write(`${line}\n`);
}
