import { setTimeout as sleep } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import type { Logger } from 'pino';
import type { Pool } from 'pg';
import { z } from 'zod';
import { findCharge, showCharge } from './charges';
import { charge } from './charging';
import { drawFate, drawLatency, Faults } from './faults';
import { ChargeBody, ChargesQuery, IdempotencyKey, RefundBody, StatementQuery } from './input';
import { cardDeclined, providerDown, providerError, Refusal, unknownToken } from './refusal';
import { refund } from './refunding';
import { refundsOf } from './refunds';
import { readStatement } from './statement';
import { behaviourOf, type Strike } from './tokens';

const HOLD_AT_MOST_MS = 60_000;

/** The simulator's HTTP interface. A drill (`PUT /faults`) lasts until `DELETE /faults` or a restart. */
export function pspApp(pool: Pool, log: Logger): Express {
  let faults = Faults.parse({});
  const app = express().disable('x-powered-by').disable('etag');
  app.use(express.json({ limit: '16kb' }));

  app.get('/healthz', async (_req, res) => {
    await pool.query('select 1');
    res.json({ status: 'ok' });
  });

  app.get('/faults', (_req, res) => void res.json(faults));
  app.put('/faults', (req, res) => {
    faults = Faults.parse(req.body);
    log.info({ faults }, 'a drill begins');
    res.json(faults);
  });
  app.delete('/faults', (_req, res) => {
    faults = Faults.parse({});
    log.info('the drill is over');
    res.status(204).end();
  });

  app.get('/statement', async (req, res) => {
    const { cursor, limit } = StatementQuery.parse(req.query);
    res.json(await readStatement(pool, cursor, limit));
  });

  app.use((_req, _res, next) => {
    if (faults.down) throw providerDown();
    next();
  });

  app.get('/charges', async (req, res) => {
    const { key } = ChargesQuery.parse(req.query);
    await sleep(drawLatency(faults));
    const found = await findCharge(pool, 'key', key);
    res.json({ data: found ? [showCharge(found, await refundsOf(pool, found.id))] : [] });
  });

  app.post('/charges', async (req, res) => {
    const key = IdempotencyKey.parse(req.headers);
    const body = ChargeBody.parse(req.body);
    const does = behaviourOf(body.token);
    if (does === undefined) throw unknownToken();
    const fate = drawFate(faults);
    const { charge: made, fresh } = await charge(pool, { key, ...body }, does, fate);
    if (survives(fresh ? does.strikes : 'nothing', res) && survives(fate.strikes, res)) {
      if (made.status === 'declined') throw cardDeclined();
      // A repeat gets the first answer, whatever was refunded since.
      res.status(201).json(showCharge(made, []));
    }
  });

  app.post('/charges/:id/refunds', async (req, res) => {
    const key = IdempotencyKey.parse(req.headers);
    const { amount } = RefundBody.parse(req.body);
    const fate = drawFate(faults);
    const made = await refund(pool, { key, chargeId: req.params.id, amount }, fate, faults.allowRefunds);
    if (survives(fate.strikes, res)) res.status(201).json(made);
  });

  app.use((_req, _res, next) => next(new Refusal(404, 'not_found', 'There is nothing here.')));
  app.use(refuse(log));
  return app;
}

/**
 * Whether the answer to what has happened is given. If it is lost the caller is left waiting until it
 * hangs up.
 * @throws Refusal provider_error, when the caller is to believe that it failed
 */
function survives(strikes: Strike, res: Response): boolean {
  if (strikes === 'after') throw providerError();
  if (strikes !== 'answer') return true;
  const enough = setTimeout(() => res.destroy(), HOLD_AT_MOST_MS);
  res.once('close', () => clearTimeout(enough));
  return false;
}

const refuse =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, _req, res, _next) => {
    const { status, code, message } = refusalFor(error);
    if (status === 500 && !(error instanceof Refusal)) log.error({ err: error }, 'a request failed');
    res.status(status).json({ error: { code, message } });
  };

function refusalFor(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof z.ZodError) return new Refusal(400, 'invalid_request', z.prettifyError(error));
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413) return new Refusal(413, 'too_large', 'The body is too large.');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Refusal(400, 'invalid_request', 'The request cannot be read.');
  return providerError();
}
