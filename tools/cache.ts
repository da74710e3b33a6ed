import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ClearError } from '../engine/fail-clearly';
import type { Say } from '../engine/progress';

export interface Way {
  /** For messages: "official download", "go install". */
  name: string;
  /**
   * Puts the file into the folder.
   * @throws Error saying in one line why this way is barred
   */
  into: (folder: string) => Promise<void>;
}

export interface Wanted {
  /** For messages. */
  what: string;
  folder: string;
  file: string;
  works: (path: string) => Promise<boolean>;
  /** Tried in this order. */
  ways: readonly Way[];
  say: Say;
}

/**
 * The file from the cache, made by the first way that leads there when it is missing or broken.
 * @returns its path
 * @throws ClearError naming why each way failed
 */
export async function cached({ what, folder, file, works, ways, say }: Wanted): Promise<string> {
  const path = join(folder, file);
  if (existsSync(path)) {
    if (await works(path)) return path;
    say(`${what} in ${folder} is broken: getting it anew.`);
  }
  mkdirSync(dirname(folder), { recursive: true });
  const reasons: string[] = [];
  for (const way of ways) {
    // Made beside and renamed: an interrupted attempt is never taken for the real thing.
    const making = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
    try {
      await way.into(making);
      if (!(await works(join(making, file)))) throw new Error('what it gave does not work');
      rmSync(folder, { recursive: true, force: true });
      renameSync(making, folder);
      return path;
    } catch (error) {
      // Somebody else may have finished the same at the same time.
      if (existsSync(path) && (await works(path))) return path;
      reasons.push(`  ${way.name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  throw new ClearError(`${what} cannot be had:\n${reasons.join('\n')}`);
}
