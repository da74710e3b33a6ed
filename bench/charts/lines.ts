import { colourOf, figure, path, picture, rule, text } from './svg';

export interface Line {
  name: string;
  /** One for each place along; of one that is missing or 0 the line has no point. */
  values: readonly (number | undefined)[];
}

const WIDTH = 760;
const HEIGHT = 420;
const PLOT = { left: 70, right: 590, top: 60, bottom: 360 };
/** Names at the lines' ends are kept so far apart. */
const NAME_HEIGHT = 18;

/** Lines over places along the bottom; upwards each power of ten is as high as the one before. */
export function lineChart(title: string, along: string, places: readonly string[], lines: readonly Line[]) {
  const all = lines.flatMap(({ values }) => values.filter(isShown));
  const low = Math.floor(Math.log10(Math.min(...all)));
  const high = Math.max(Math.ceil(Math.log10(Math.max(...all))), low + 1);
  const xOf = (place: number) =>
    PLOT.left + 30 + ((PLOT.right - PLOT.left - 60) * place) / Math.max(places.length - 1, 1);
  const yOf = (value: number) =>
    PLOT.bottom - ((Math.log10(value) - low) / (high - low)) * (PLOT.bottom - PLOT.top);
  const powers = Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n));
  const ends = apart(
    lines.map(({ values }) => yOf(values.findLast(isShown) ?? 10 ** low)),
    NAME_HEIGHT,
  );
  return picture(WIDTH, HEIGHT, title, [
    ...powers.flatMap((power) => [
      rule(PLOT.left, yOf(power), PLOT.right, yOf(power)),
      text(PLOT.left - 8, yOf(power) + 4, figure(power), { anchor: 'end' }),
    ]),
    ...places.map((place, n) => text(xOf(n), PLOT.bottom + 24, place, { anchor: 'middle' })),
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 46, along, { anchor: 'middle' }),
    ...lines.flatMap(({ name, values }, n) => {
      const points = values.flatMap((value, place) =>
        isShown(value) ? [[xOf(place), yOf(value)] as const] : [],
      );
      const last = values.findLast(isShown);
      const words = last === undefined ? name : `${name} ${figure(last)}`;
      return [
        path(points, colourOf(n)),
        text(PLOT.right + 4, (ends[n] ?? 0) + 4, words, { colour: colourOf(n), bold: true }),
      ];
    }),
  ]);
}

const isShown = (value: number | undefined): value is number => value !== undefined && value > 0;

/** The heights, moved down where two would be closer than that. */
function apart(heights: readonly number[], least: number): number[] {
  const moved = [...heights];
  let before = -Infinity;
  for (const [index] of [...heights.entries()].sort(([, one], [, other]) => one - other)) {
    before = moved[index] = Math.max(heights[index] ?? 0, before + least);
  }
  return moved;
}
