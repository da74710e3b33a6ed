import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { PackedFile } from '../encoding';
import { textRoute, type Api } from '../endpoint';
import type { Offered } from '../examples';
import { type Document, openApiDocument } from './document';
import { fillIn } from './fill';
import { offers } from './offers';
import { INIT, pageOf, STYLE } from './page';

const ASSETS = { 'swagger-ui.css': 'css', 'swagger-ui-bundle.js': 'js', 'favicon-32x32.png': 'png' };

/** GET /openapi.json, and GET /docs: a page to read and try the API, served from here alone. */
export function docsRoutes(api: Api): void {
  const { router, deps } = api;
  const { config } = deps;
  const tries = !config.production && config.auth.devSecret !== undefined;
  textRoute(api, '/openapi.json', 'This document', 'application/json', served(api, tries));

  const page = pageOf(tries);
  router.get('/docs', named, pagePolicy, (_req, res) => void res.type('html').send(page));
  router.get('/docs/init.js', named, (_req, res) => void res.type('js').send(INIT));
  router.get('/docs/page.css', named, (_req, res) => void res.type('css').send(STYLE));
  // Its main module would load the whole bundle into this process.
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  for (const [asset, type] of Object.entries(ASSETS)) {
    let file: PackedFile | undefined;
    router.get(`/docs/${asset}`, named, async (_req, res) => {
      file ??= new PackedFile(readFile(join(folder, asset)));
      res.type(type).setHeader('Cache-Control', 'public, max-age=3600');
      await file.sendTo(res);
    });
  }
}

/** The document as a text, with examples of what there is just now. */
function served(api: Api, tries: boolean): () => Promise<string> {
  const { registry, examples } = api;
  const { config } = api.deps;
  const offered = offers(api);
  const origin = tries ? `http://127.0.0.1:${config.ports.api}` : undefined;
  let document: Document | undefined;
  let filled: { by: Offered; text: string } | undefined;
  return async () => {
    const by = await offered();
    if (filled?.by !== by) {
      document ??= openApiDocument(registry, config);
      fillIn(document, { offered: by, examples, origin });
      filled = { by, text: JSON.stringify(document) };
    }
    return filled.text;
  };
}

const named: RequestHandler = (_req, res, next) => {
  res.locals.route = '/docs';
  next();
};

/** Swagger UI has its icons as data URLs; scripts and styles come from here only. */
const pagePolicy = helmet.contentSecurityPolicy({
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
