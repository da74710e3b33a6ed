const TOKEN =
  /([{}[\],:])|"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end' | 'nothing';

/**
 * Where a text stops being JSON, counted from 1; undefined for one that is JSON. JSON.parse does not say so of every
 * text.
 */
export function brokenAt(text: string): { line: number; column: number } | undefined {
  const index = brokenIndex(text);
  if (index === undefined) return undefined;
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function brokenIndex(text: string): number | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = endOf(SPACE, text, at);
    if (expected === 'nothing' && at === text.length) return undefined;
    const end = endOf(TOKEN, text, at);
    const token = text.slice(at, end);
    const next: Expected | undefined = token === '' ? undefined : after(token, expected, open);
    if (next === undefined) return at;
    expected = next;
    at = end;
  }
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** @returns what is expected after the token; undefined where it cannot stand */
function after(token: string, expected: Expected, open: string[]): Expected | undefined {
  const isValue = expected === 'value' || expected === 'value or ]';
  const ended = () => (open.length === 0 ? 'nothing' : ', or end');
  switch (token) {
    case '{':
    case '[':
      if (isValue) open.push(token);
      return isValue ? (token === '{' ? 'name or }' : 'value or ]') : undefined;
    case '}':
    case ']': {
      const closes = expected === ', or end' && open.at(-1) === (token === '}' ? '{' : '[');
      if (!closes && expected !== (token === '}' ? 'name or }' : 'value or ]')) return undefined;
      open.pop();
      return ended();
    }
    case ':':
      return expected === ':' ? 'value' : undefined;
    case ',':
      return expected !== ', or end' ? undefined : open.at(-1) === '{' ? 'name' : 'value';
    default:
      if (isValue) return ended();
      return token.startsWith('"') && expected.startsWith('name') ? ':' : undefined;
  }
}
