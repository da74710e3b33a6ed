import type { Knex } from 'knex';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root';

const FOLDER = join(ROOT, 'migrations');
const INCLUDE = /^-- include (\w+)$/gm;
const SCHEMA = /\{schema\}/g;

type Direction = 'up' | 'down';
/** What several schemas have; a migration takes it in by a line `-- include outbox`. */
type Part = 'outbox' | 'sleepers' | 'era' | 'checkpoints' | 'heartbeats';

/** The .sql files of a folder, oldest first. Each has two sections: `-- migrate:up` and `-- migrate:down`. */
export class SqlFiles implements Knex.MigrationSource<string> {
  constructor(
    private readonly folder: string,
    private readonly schema: string,
  ) {}

  getMigrations(): Promise<string[]> {
    return Promise.resolve(
      readdirSync(this.folder)
        .filter((name) => name.endsWith('.sql'))
        .sort(),
    );
  }

  /** Databases remember the names of the TypeScript files that migrations once were. */
  getMigrationName(file: string): string {
    return file.replace(/\.sql$/, '.ts');
  }

  getMigration(file: string): Promise<Knex.Migration> {
    const path = join(this.folder, file);
    const run = (direction: Direction) => (db: Knex) => execute(db, sectionOf(path, direction), this.schema);
    return Promise.resolve({ up: run('up'), down: run('down') });
  }
}

/** @returns one schema's migrations */
export const migrationsOf = (schema: string): SqlFiles => new SqlFiles(join(FOLDER, schema), schema);

/** Runs one part in a schema, outside of any migration. */
export const executePart = (
  db: Knex,
  schema: string,
  part: Part,
  direction: Direction = 'up',
): Promise<void> => execute(db, sectionOf(join(FOLDER, `${part}.sql`), direction), schema);

async function execute(db: Knex, sql: string, schema: string): Promise<void> {
  // To knex a ? is a place for a value.
  await db.raw(sql.replace(SCHEMA, schema).replaceAll('?', '\\?'));
}

function sectionOf(path: string, direction: Direction): string {
  const [, up, down] = readFileSync(path, 'utf8').split(/^-- migrate:(?:up|down)$/m);
  const section = direction === 'up' ? up : down;
  if (section === undefined) throw new Error(`${path} has no section "-- migrate:${direction}"`);
  return section.replace(INCLUDE, (_, part: string) => sectionOf(join(FOLDER, `${part}.sql`), direction));
}
