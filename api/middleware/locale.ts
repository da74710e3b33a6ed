import type { Request, Response } from 'express';
import type { Locale } from '../problem-row';

/** In order of preference: `Accept-Language: *`, which fetch sends by itself, gets the first. */
const ANY_FIRST: Locale[] = ['en', 'ko'];

/** The language to answer in: that of the token, else by Accept-Language, else English. */
export function localeOf(req: Request, res: Response): Locale {
  if (res.locals.caller) return res.locals.caller.locale;
  const wanted = req.headers['accept-language'] && req.acceptsLanguages(...ANY_FIRST);
  return wanted ? (wanted as Locale) : 'en';
}
