import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../root';
import { BUGS } from '../../scripts/planted/bugs';

test.each(BUGS.map((bug) => [bug.name, bug] as const))(
  'it can still be planted: %s',
  (_, { file, find, replace }) => {
    const source = readFileSync(join(ROOT, file), 'utf8');
    expect(source.split(find)).toHaveLength(2);
    expect(source.split(find).join(replace)).not.toBe(source);
  },
);
