import { dirname, join } from 'node:path';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { textRoute, type Api } from '../endpoint';
import { openApiDocument } from '../openapi';

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Haru API</title>
  <link rel="icon" href="docs/favicon-32x32.png">
  <link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
  <div id="ui"></div>
  <script src="docs/swagger-ui-bundle.js"></script>
  <script src="docs/init.js"></script>
</body>
</html>
`;

const INIT = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  showExtensions: true,
});
`;

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** GET /openapi.json, and GET /docs: a page to read and try the API, served from here alone. */
export function docsRoutes(api: Api): void {
  const { router, registry } = api;
  let document: string | undefined;
  textRoute(api, '/openapi.json', 'This document', 'application/json', () => {
    document ??= JSON.stringify(openApiDocument(registry));
    return document;
  });
  // Its main module would load the whole bundle into this process.
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  router.get('/docs', named, pagePolicy, (_req, res) => void res.type('html').send(PAGE));
  router.get('/docs/init.js', named, (_req, res) => void res.type('js').send(INIT));
  for (const asset of ASSETS)
    router.get(`/docs/${asset}`, named, (_req, res) => {
      res.sendFile(join(folder, asset), { maxAge: '1h' });
    });
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
