import type { Request, Response } from 'express';
import { LOCALES, type Locale } from '../problem-row';

/** The language to answer in: that of the token, else by Accept-Language, else Korean. */
export function localeOf(req: Request, res: Response): Locale {
  if (res.locals.caller) return res.locals.caller.locale;
  const wanted = req.headers['accept-language'] && req.acceptsLanguages(...LOCALES);
  return wanted ? (wanted as Locale) : 'ko';
}
