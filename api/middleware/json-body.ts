import express, { type RequestHandler } from 'express';
import { Problem } from '../problems';

export const BODY_LIMIT = '100kb';

const parse: RequestHandler = express.json({ limit: BODY_LIMIT, type: () => true });

/** Reads a JSON body of at most 100 kB; anything that is not JSON is refused unread. */
export const readJson: RequestHandler = (req, res, next) => {
  // No body is for the schema to judge; clients send a length of 0 with an empty POST.
  const isJson = req.headers['content-length'] === '0' ? null : req.is('application/json');
  if (isJson === null) {
    next();
    return;
  }
  if (isJson === false) throw new Problem('unsupported-media-type');
  void parse(req, res, next);
};
