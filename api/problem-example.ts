import type { Locale } from './problem-row';
import { Problem, problemBody, type ProblemCode } from './problems';

const REQUEST = '01j0example';

/** What fills the places in a problem's words. */
const PARAMS = {
  seats: ['1A', '1B'],
  last: '10J',
  tokens: ['tok_ok', 'tok_declined'],
  address: '10.0.0.1',
};

const ERRORS = [
  { path: 'body.seats', message: { ko: '1개 이상 있어야 합니다', en: 'must have at least 1 item' } },
];

/** How a problem is answered, for pages and for the document. */
export const problemExample = (code: ProblemCode, locale: Locale) =>
  problemBody(new Problem(code, PARAMS, code === 'invalid-request' ? ERRORS : undefined), locale, REQUEST);
