import { Router, type Request, type Response } from 'express';
import helmet from 'helmet';
import { endWith } from '../encoding';
import { localeOf } from '../middleware/locale';
import { type Locale, LOCALES } from '../problem-row';
import { type Html, html } from './html';
import { STYLE } from './style';

/** Styles and scripts come from here only; a page asks nobody else for anything. */
const policy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** The language that a page is read in: `?lang=`, else by Accept-Language. */
export function pageLocale(req: Request, res: Response): Locale {
  const asked = LOCALES.find((locale) => locale === req.query.lang);
  return asked ?? localeOf(req, res);
}

interface Page {
  title: string;
  locale: Locale;
  /** Where it is, for the link to the other language. */
  path: string;
  body: Html;
  /** A script of ours that it runs. */
  script?: string;
}

/** Answers with a page for people. */
export async function sendPage(res: Response, { title, locale, path, body, script }: Page): Promise<void> {
  const other: Locale = locale === 'ko' ? 'en' : 'ko';
  const names = { ko: '한국어', en: 'English' };
  const page = html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/pages/style.css" />
      </head>
      <body>
        <header>
          <a class="brand" href="/?lang=${locale}">Haru <span lang="ko">하루</span></a>
          <a href="${path}?lang=${other}" lang="${other}" hreflang="${other}">${names[other]}</a>
        </header>
        <main>${body}</main>
        ${script === undefined ? undefined : html`<script src="${script}" defer></script>`}
      </body>
    </html>`;
  res.setHeader('Content-Language', locale);
  res.vary('Accept-Language');
  policy(res.req, res, () => undefined);
  await endWith(res.type('html'), page.text);
}

/** What every page is drawn with. */
export function styleRoute(): Router {
  return Router().get('/pages/style.css', async (_req, res) => {
    res.locals.route = '/pages';
    res.type('css').setHeader('Cache-Control', 'max-age=300');
    await endWith(res, STYLE);
  });
}
