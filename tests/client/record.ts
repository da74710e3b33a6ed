import { readFileSync, writeFileSync } from 'node:fs';
import { SCHEMA, schemaText } from './schema';

/** `npm run client:types` writes the client's types anew; with `-- --check` it only says whether that is needed. */
async function main(check: boolean): Promise<void> {
  const text = await schemaText();
  if (!check) writeFileSync(SCHEMA, text);
  if (readFileSync(SCHEMA, 'utf8') === text) return;
  console.error('packages/client/schema.d.ts is not what /openapi.json says: npm run client:types');
  process.exitCode = 1;
}

void main(process.argv.includes('--check'));
