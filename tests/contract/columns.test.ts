import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { columns, connect, NO_HURRY } from '../../activities/database';
import { ROOT } from '../../root';
import { newDatabases } from '../test-stack';

/** Where rows are read. */
const FOLDERS = ['activities', 'api', 'events', 'invariants', 'views'];
/** Names in the same spelling that are another company's. */
const FOREIGN = /stripe|kakao/;

interface Named {
  /** As the database spells it. */
  column: string;
  at: string;
}

function* sources(): Generator<{ path: string; text: string }> {
  for (const folder of FOLDERS)
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.ts') && !FOREIGN.test(name))
        yield { path: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), 'utf8') };
}

/** Fields of row types that are spelt as columns, and what `columns()` is asked for; results of expressions aside. */
function namedIn({ path, text }: { path: string; text: string }): Named[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const found: Named[] = [];
  const add = (column: string, node: ts.Node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push({ column, at: `${path}:${line + 1}` });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node)) {
      const name = node.name.getText(source);
      if (/^[a-z]+(_[a-z]+)+$/.test(name) && !new RegExp(`\\bAS ${name}\\b`).test(text)) add(name, node);
    }
    if (ts.isCallExpression(node) && node.expression.getText(source) === 'columns') {
      const [fields] = node.arguments;
      if (fields && ts.isArrayLiteralExpression(fields))
        for (const field of fields.elements)
          if (ts.isStringLiteral(field)) add(columns([field.text])[field.text] ?? '', field);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

async function columnsThatAre(): Promise<Set<string>> {
  const db = connect((await newDatabases()).databaseUrl, 1, NO_HURRY);
  try {
    const { rows } = await db.raw<{ rows: { name: string }[] }>(
      "SELECT DISTINCT column_name AS name FROM information_schema.columns WHERE table_schema !~ '^pg_'",
    );
    return new Set(rows.map(({ name }) => name));
  } finally {
    await db.destroy();
  }
}

test('each field of a row is read from a column that is there', async () => {
  const are = await columnsThatAre();
  const named = [...sources()].flatMap(namedIn);
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ column }) => !are.has(column))).toEqual([]);
});

test('control: a misspelt field is found', async () => {
  const are = await columnsThatAre();
  const text = `interface Row { id: string; screening_idd: string }
    const BOOKING = columns(['paymentId', 'paymentIdd'], 'b');`;
  const missing = namedIn({ path: 'row.ts', text }).filter(({ column }) => !are.has(column));
  expect(missing).toEqual([
    { column: 'screening_idd', at: 'row.ts:1' },
    { column: 'payment_idd', at: 'row.ts:2' },
  ]);
});
