import express from 'express';
import { READY } from './variant';

/** `express.ts <port> <body, base64>`: answers every GET with these bytes, by nothing but Express. */
const [port = '0', base64 = ''] = process.argv.slice(2);
const body = Buffer.from(base64, 'base64').toString();
express()
  .get('/', (_req, res) => void res.type('application/json').send(body))
  .listen(Number(port), '127.0.0.1', () => console.log(READY));
