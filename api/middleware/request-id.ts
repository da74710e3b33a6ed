import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

/** Keeps a sane X-Request-Id of the caller (visible ASCII, at most 128), else makes one; answers with it. */
export const requestId: RequestHandler = (req, res, next) => {
  const given = req.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\x21-\x7e]{1,128}$/.test(given) ? given : randomUUID();
  res.locals.requestId = id;
  res.setHeader('X-Request-Id', id);
  next();
};
