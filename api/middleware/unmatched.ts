import type { RequestHandler } from 'express';
import type { Api } from '../endpoint';
import { Problem } from '../problems';

/** After all routes: a documented path with another method is a 405, any other path a 404. */
export function refuseUnmatched({ router, registry }: Api): void {
  const methods = new Map<string, string[]>();
  for (const definition of registry.definitions) {
    if (definition.type !== 'route') continue;
    const { path, method } = definition.route;
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  }
  for (const [path, allowed] of methods)
    router.all(path.replace(/\{(\w+)\}/g, ':$1'), notAllowed(path, allowed));
  router.use(() => {
    throw new Problem('not-found');
  });
}

function notAllowed(path: string, methods: string[]): RequestHandler {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (_req, res) => {
    res.locals.route = path;
    res.setHeader('Allow', allow);
    throw new Problem('method-not-allowed');
  };
}
