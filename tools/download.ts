import { spawnSync } from 'node:child_process';
import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const ANSWER_WITHIN_MS = 5_000;
const STALLED_AFTER_MS = 15_000;

export const platform = () => (process.platform === 'win32' ? 'windows' : process.platform);
export const architecture = () => (process.arch === 'x64' ? 'amd64' : process.arch);

/**
 * Fetches a tar.gz archive and unpacks it.
 * @param strip leading folders of the archive to leave out
 * @throws Error in one line: no answer within 5 s, a stall of 15 s, an error status, no `tar`
 */
export async function downloadArchive(url: string, folder: string, strip = 0): Promise<void> {
  const archive = join(folder, 'archive.tar.gz');
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), ANSWER_WITHIN_MS);
  const alive = new Transform({
    transform(chunk, _encoding, done) {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), STALLED_AFTER_MS);
      done(null, chunk);
    },
  });
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || response.body === null)
      throw new Error(`${new URL(url).host} answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body as never), alive, createWriteStream(archive));
  } catch (error) {
    throw new Error(abort.signal.aborted ? `no answer from ${new URL(url).host}` : reasonOf(error), {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
  const flags = strip > 0 ? [`--strip-components=${strip}`] : [];
  const { status, error } = spawnSync('tar', ['-xzf', archive, '-C', folder, ...flags], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`tar could not unpack it${error ? ` (${error.message})` : ''}`);
  rmSync(archive);
}

/** Asks for a small JSON document, with the same patience. */
export async function fetchJson(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
    return await response.json();
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** fetch() hides what happened in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
