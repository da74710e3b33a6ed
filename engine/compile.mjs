// TypeScript to what Node runs, the packages aside: a script and all that it imports become one file in dist/.
import { buildSync } from 'esbuild';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Takes some 0.1 s: whoever starts scripts compiles them first, and none is ever older than its source. */
export function compile(root, scripts) {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: scripts,
    outbase: root,
    outdir: join(root, 'dist'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node24',
    sourcemap: true,
    keepNames: true,
    logLevel: 'error',
    write: false,
  });
  for (const { path, contents } of outputFiles) if (!holds(path, contents)) put(path, contents);
}

/**
 * What Node is given to run a compiled script; errors name the lines of its source. Maps of packages are left alone: to
 * read them is a third of a process's start.
 */
export const compiled = (root, script) => [
  '--require',
  join(root, 'engine', 'source-maps.cjs'),
  '--require',
  join(root, 'engine', 'workflow-threads.cjs'),
  join(root, 'dist', script.replace(/\.ts$/, '.js')),
];

function holds(path, contents) {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
}

/** Whole or not at all: others may be about to run it. */
function put(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
