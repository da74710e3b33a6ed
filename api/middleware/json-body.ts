import express, { type RequestHandler } from 'express';
import { Problem } from '../problems';

const parse = express.json({ limit: '100kb', type: () => true });

/** Reads a JSON body of at most 100 kB; anything that is not JSON is refused unread. */
export const readJson: RequestHandler = (req, res, next) => {
  // null: no body at all, which is for the schema to judge.
  if (req.is('application/json') === false) throw new Problem('unsupported-media-type');
  parse(req, res, next);
};
