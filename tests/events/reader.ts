import pino from 'pino';
import { connect } from '../../activities/database';
import { Outbox } from '../../events/outbox';
import { noting } from './test-feed';
import { relayOver } from './transport';

/** Reads a feed for these consumers until it is killed. */
async function main([url = '', feed = '', brokers = '', ...consumers]: string[]): Promise<void> {
  const db = connect(url, 10);
  const { done } = await relayOver(brokers, db)(
    'reader',
    consumers.map((name) => noting(db, feed, name)),
    [{ outbox: new Outbox(db, feed), url }],
    pino({ level: 'silent' }),
  );
  await done;
}

void main(process.argv.slice(2));
