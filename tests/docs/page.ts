import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Block {
  /** Of the file that it is, or is a change of. */
  path: string;
  language: string;
  text: string;
}

/** The code blocks of a page, each with the file that the page names last before it: "`workflows/index.ts`:". */
export function blocksOf(page: string): Block[] {
  let path: string | undefined;
  return [...page.matchAll(/^`([^`]+)`:$|^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, named, language, text]) => {
    if (named !== undefined) path = named;
    if (language === undefined || text === undefined) return [];
    if (path === undefined) throw new Error(`a block of ${language} names no file`);
    return [{ path, language, text }];
  });
}

/** Writes the blocks into a repository: a `diff` changes a file that is there, every other block is a file that is not. */
export function write(root: string, blocks: readonly Block[]): void {
  for (const { path, language, text } of blocks) {
    const file = join(root, path);
    if (language === 'diff') {
      writeFileSync(file, changed(path, readFileSync(file, 'utf8'), text));
      continue;
    }
    if (existsSync(file)) throw new Error(`${path} is there already`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function changed(path: string, content: string, diff: string): string {
  const without = (sign: string) =>
    diff
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const parts = content.split(without('+'));
  if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} places for:\n${diff}`);
  return parts.join(without('-'));
}
