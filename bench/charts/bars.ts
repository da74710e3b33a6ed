import { box, colourOf, figure, picture, text } from './svg';

export interface Bar {
  name: string;
  /** One after the other along the bar, by what they are. */
  parts: Readonly<Record<string, number>>;
}

const WIDTH = 760;
const BARS = { left: 190, right: 660 };
const TOP = 56;
const LEGEND = 28;
const ROW = 34;
const BAR = 22;

/** A bar for each name, made of its parts; the sum stands at its end. Parts have one colour in all bars. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const kinds = [...new Set(bars.flatMap(({ parts }) => Object.keys(parts)))];
  const total = ({ parts }: Bar) => Object.values(parts).reduce((sum, part) => sum + part, 0);
  const most = Math.max(...bars.map(total), 1);
  const top = kinds.length > 1 ? TOP + LEGEND : TOP;
  const widthOf = (value: number) => ((BARS.right - BARS.left) * value) / most;
  return picture(WIDTH, top + bars.length * ROW + 16, `${title}, ${unit}`, [
    ...(kinds.length > 1 ? legend(kinds) : []),
    ...bars.flatMap((bar, row) => {
      const y = top + row * ROW;
      let x = BARS.left;
      const drawn = kinds.map((kind, n) => {
        const width = widthOf(bar.parts[kind] ?? 0);
        const part = box(x, y, width, BAR, colourOf(n));
        x += width;
        return part;
      });
      return [
        text(BARS.left - 10, y + 16, bar.name, { anchor: 'end' }),
        ...drawn,
        text(x + 8, y + 16, figure(total(bar)), { bold: true }),
      ];
    }),
  ]);
}

/** The same with each bar beginning where the one before ended: parts of one time. */
export function cascade(title: string, unit: string, parts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(parts);
  const left = 300;
  const whole = entries.reduce((sum, [, part]) => sum + part, 0);
  let x = left;
  const rows = entries.flatMap(([name, part], row) => {
    const y = TOP + row * ROW;
    const width = ((WIDTH - 80 - left) * part) / Math.max(whole, 1);
    const drawn = [
      text(left - 10, y + 16, name, { anchor: 'end' }),
      box(x, y, width, BAR, colourOf(0)),
      text(x + width + 6, y + 16, figure(part)),
    ];
    x += width;
    return drawn;
  });
  const words = `${title}, ${unit}: ${figure(whole)} in all`;
  return picture(WIDTH, TOP + entries.length * ROW + 16, words, rows);
}

function legend(kinds: readonly string[]): string[] {
  let x = 16;
  return kinds.flatMap((kind, n) => {
    const drawn = [box(x, 46, 12, 12, colourOf(n)), text(x + 18, 57, kind)];
    x += 18 + kind.length * 7.2 + 22;
    return drawn;
  });
}
