import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, type Way } from '../../tools/cache';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'haru-cache-'))));
afterEach(() => rmSync(home, { recursive: true }));

const works = (path: string) => Promise.resolve(existsSync(path) && readFileSync(path, 'utf8') === 'good');
const way = (name: string, content: string | Error) => {
  const into = jest.fn<Promise<void>, [string]>((folder) => {
    if (content instanceof Error) return Promise.reject(content);
    writeFileSync(join(folder, 'tool'), content);
    return Promise.resolve();
  });
  return { name, into } satisfies Way;
};
const said: string[] = [];
const wanted = (...ways: Way[]) =>
  cached({
    what: 'Tool',
    folder: join(home, 'tool-1'),
    file: 'tool',
    works,
    ways,
    say: (line) => said.push(line),
  });

test('what is missing is made once, and kept', async () => {
  const builder = way('builder', 'good');
  const path = await wanted(builder);
  expect(await wanted(builder)).toBe(path);
  expect(builder.into).toHaveBeenCalledTimes(1);
});

test('a broken one is said to be, and made anew', async () => {
  mkdirSync(join(home, 'tool-1'));
  writeFileSync(join(home, 'tool-1', 'tool'), 'half a download');
  const path = await wanted(way('builder', 'good'));
  expect(readFileSync(path, 'utf8')).toBe('good');
  expect(said.at(-1)).toMatch(/^Tool in .* is broken/);
});

test('the next way is gone when one fails or gives what does not work', async () => {
  const path = await wanted(
    way('download', new Error('no answer')),
    way('mirror', 'bad'),
    way('builder', 'good'),
  );
  expect(readFileSync(path, 'utf8')).toBe('good');
});

test('when no way leads there, each says why, and nothing half-made stays', async () => {
  const attempt = wanted(way('download', new Error('no answer')), way('builder', new Error('no Go found')));
  await expect(attempt).rejects.toThrow('Tool cannot be had:\n  download: no answer\n  builder: no Go found');
  expect(readdirSync(home)).toEqual([]);
});
