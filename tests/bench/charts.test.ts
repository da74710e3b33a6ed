import { chartsOf, replaced } from '../../bench/charts/page';
import { barChart } from '../../bench/charts/bars';
import { lineChart } from '../../bench/charts/lines';

const numbers = (svg: string, attribute: string) =>
  [...svg.matchAll(new RegExp(` ${attribute}="([-\\d.]+)"`, 'g'))].map(([, value]) => Number(value));

/** Height of each point, from above. */
const heights = (svg: string) => numbers(svg, 'cy');

test('ten times as much is one step higher, wherever the line is', () => {
  const svg = lineChart('Rate', 'customers', ['1', '8', '32'], [{ name: 'one', values: [1, 10, 100] }]);
  const [low = 0, middle = 0, high = 0] = heights(svg);
  expect(low).toBeGreaterThan(middle);
  expect(low - middle).toBeCloseTo(middle - high, 0);
});

test('what was not measured has no point, and names at the ends do not cover each other', () => {
  const lines = ['one', 'other', 'third'].map((name) => ({ name, values: [5, undefined, 5] }));
  const svg = lineChart('Rate', 'customers', ['1', '8', '32'], lines);
  expect(heights(svg)).toHaveLength(6);
  const names = [...svg.matchAll(/y="([\d.]+)"[^>]*>(?:one|other|third) 5</g)].map(([, y]) => Number(y));
  expect(names).toHaveLength(3);
  expect(new Set(names.map((y) => Math.round(y / 10))).size).toBe(3);
});

test('the parts of a bar are as long as their share, one after the other', () => {
  const svg = barChart('CPU', 'ms', [{ name: 'Haru', parts: { API: 10, Temporal: 30 } }]);
  const parts = [...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="22"/g)];
  const [[, x1, width1] = [], [, x2, width2] = []] = parts;
  expect(Number(width2)).toBeCloseTo(3 * Number(width1), 0);
  expect(Number(x2)).toBeCloseTo(Number(x1) + Number(width1), 0);
  expect(svg).toContain('>40<');
});

test('names are text, whatever they hold', () => {
  expect(barChart('<b> & co', 'ms', [{ name: 'a', parts: { a: 1 } }])).toContain('&lt;b&gt; &amp; co');
});

test('a page keeps what was written by hand, and has a picture for each chart', () => {
  const page =
    'By hand.\n<!-- measured: npm run bench writes what is between -->\nold\n<!-- /measured -->\nMore.';
  const renewed = replaced(page, 'new');
  expect(renewed).toMatch(/^By hand\.[^]*new[^]*More\.$/);
  expect(renewed).not.toContain('old');
  expect(() => replaced('By hand.', 'new')).toThrow('has no place for figures');
});

test('every chart can be drawn from one level alone', () => {
  const cost = { 'booked a second': 4, 'p50, ms': 130, 'CPU: API': 9 };
  const figures = {
    what: {},
    costs: { Haru: { 32: cost } },
    crowds: {},
    reads: {},
    layers: { API: 3 },
    loadBefore: 0,
  };
  for (const { svg } of Object.values(chartsOf(figures, { clients: [32] }))) {
    expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  }
});
