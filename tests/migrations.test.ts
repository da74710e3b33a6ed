import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { migrationsOf, type Schema } from '../migrations/all';
import { ROOT } from '../root';

const FOLDER = join(ROOT, 'migrations');
const SCHEMAS = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name as Schema);

test.each(SCHEMAS)('%s: every migration is listed, oldest first, under its own name', async (schema) => {
  const files = readdirSync(join(FOLDER, schema)).sort();
  const source = migrationsOf(schema);
  expect(await source.getMigrations()).toEqual(files);
  for (const file of files)
    expect(await source.getMigration(file)).toBe(await import(join(FOLDER, schema, file)));
});
