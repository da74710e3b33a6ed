import type { RequestHandler } from 'express';
import type { Api } from '../endpoint';
import { Problem } from '../problems';
import { HOME_SCRIPT, homePage, type Parts } from './home';
import { pageLocale, sendPage, styleRoute } from './page';
import { problemPage, problemsPage } from './problem-pages';

/** Pages for people: what runs here, and what each problem means. @param parts how they are, for who may know */
export function pageRoutes({ router, deps }: Api, parts: () => Promise<Parts>): void {
  const { config } = deps;
  router.use(styleRoute());
  router.get('/pages/home.js', named, (_req, res) => {
    res.type('js').setHeader('Cache-Control', 'max-age=300').send(HOME_SCRIPT);
  });
  router.get('/', named, async (req, res) => {
    const locale = pageLocale(req, res);
    const body = homePage(config, locale, await parts());
    await sendPage(res, { title: 'Haru', locale, path: '/', body, script: '/pages/home.js' });
  });
  router.get('/problems', named, async (req, res) => {
    const locale = pageLocale(req, res);
    await sendPage(res, { title: 'Haru', locale, path: '/problems', body: problemsPage(locale) });
  });
  router.get('/problems/:code', named, async (req, res) => {
    const locale = pageLocale(req, res);
    const { code } = req.params as { code: string };
    const page = problemPage(code, locale);
    if (!page) throw new Problem('not-found');
    await sendPage(res, { ...page, locale, path: `/problems/${code}` });
  });
}

const named: RequestHandler = (_req, res, next) => {
  res.locals.route = '/pages';
  next();
};
