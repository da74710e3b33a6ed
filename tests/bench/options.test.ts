import { benchOptions } from '../../bench/options';

test('the whole bench compares everything unless it is told what', () => {
  expect(benchOptions(['all'])).toEqual({
    bench: 'all',
    clients: [1, 8, 32, 100],
    seconds: 3,
    rounds: 3,
    variants: ['textbook', 'bare', 'dbos', 'floor'],
    crowdSeconds: 20,
    writeDocs: false,
  });
  const wanted = ['all', '--variants', 'bare', '--clients', '32', '--against', '1355bf7', '--write-docs'];
  expect(benchOptions(wanted)).toMatchObject({
    ...{ clients: [32], variants: ['bare'], against: '1355bf7', writeDocs: true },
  });
});

test('growth takes levels, and servers by name', () => {
  expect(benchOptions(['growth', '--open', '10,20', '--rows', '', '--engines', 'postgres'])).toMatchObject({
    ...{ open: [10, 20], rows: [], engines: ['postgres'] },
  });
});

test.each([
  [['all', '--variants', 'cobol'], '--variants cobol: there are textbook, bare, dbos, floor.'],
  [['growth', '--engines', 'mysql'], '--engines mysql: there are development, postgres.'],
  [['cost', '--seconds', 'ten'], '--seconds ten: must be a whole number from 1 to 600.'],
  [['speed'], 'speed? Known:'],
  [['all', '--fast'], "Unknown option '--fast'"],
])('%j is refused with what would be right', (args, words) => {
  expect(() => benchOptions(args)).toThrow(words);
});
