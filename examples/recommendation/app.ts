import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { bookedFilms, filmsOfTheAlike, popularFilms } from './films';

/**
 * The pages, made of nothing but this service's own rows. What is recommended says what somebody booked: it is for them
 * alone.
 * @param callerOf who asks, by the header `Authorization`; undefined without a good token
 */
export function recommendationApp(
  db: Knex,
  log: Logger,
  callerOf: (authorization: string | undefined) => Promise<string | undefined>,
): Express {
  const app = express().disable('x-powered-by').disable('etag');

  app.get('/recommendations/me', async (req, res) => {
    const customer = await callerOf(req.headers.authorization);
    if (customer === undefined) {
      res.status(401).setHeader('WWW-Authenticate', 'Bearer').json({ code: 'unauthenticated' });
      return;
    }
    const alike = await filmsOfTheAlike(db, customer);
    const data = alike.length > 0 ? alike : await popularFilms(db, customer);
    res.json({ customer, because: alike.length > 0 ? 'alike' : 'popular', data });
  });

  app.get('/films', async (_req, res) => {
    res.json({ data: await bookedFilms(db) });
  });

  app.use((_req, res) => void res.status(404).json({ code: 'not-found' }));
  const unavailable: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
    log.error({ err: error }, 'a page could not be shown');
    res.status(503).json({ code: 'recommendation-unavailable' });
  };
  return app.use(unavailable);
}
