/** Told apart also by who sees red and green alike (Okabe and Ito, and a purple). */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#7F7F7F', '#5D3A9B'];
export const colourOf = (at: number): string => COLOURS[at % COLOURS.length] as string;

const INK = '#222222';
const FAINT = '#D9D9D9';

type Anchor = 'start' | 'middle' | 'end';

interface Words {
  anchor?: Anchor;
  size?: number;
  bold?: boolean;
  colour?: string;
}

export const text = (
  x: number,
  y: number,
  words: string,
  { anchor = 'start', size = 13, bold = false, colour = INK }: Words = {},
): string =>
  `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" font-size="${size}" fill="${colour}"${bold ? ' font-weight="600"' : ''}>${escaped(words)}</text>`;

export const box = (x: number, y: number, width: number, height: number, colour: string): string =>
  `<rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(width, 0))}" height="${at(height)}" fill="${colour}"/>`;

export const rule = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${FAINT}"/>`;

export const path = (points: readonly (readonly [x: number, y: number])[], colour: string): string =>
  [
    `<polyline points="${points.map(([x, y]) => `${at(x)},${at(y)}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
    ...points.map(([x, y]) => `<circle cx="${at(x)}" cy="${at(y)}" r="4" fill="${colour}"/>`),
  ].join('\n');

/** A picture with its own white ground: pages are dark for some. @param parts elements, drawn in this order */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  const words = [`<title>${escaped(title)}</title>`, text(16, 28, title, { size: 16, bold: true })];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Helvetica, Arial, sans-serif" role="img">`,
    box(0, 0, width, height, '#FFFFFF'),
    ...words,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** As people read it: 0.4, 7.3, 126, 1,240. */
export function figure(value: number): string {
  return (value < 10 ? Math.round(value * 10) / 10 : Math.round(value)).toLocaleString('en');
}

const at = (place: number) => String(Math.round(place * 10) / 10);

const escaped = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
