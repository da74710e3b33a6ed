import pino from 'pino';
import { connect } from '../../activities/database';
import { Outbox } from '../../events/outbox';
import { startRelay } from '../../events/relay';
import { noting } from './shop';

/** Reads the shop for these consumers until it is killed. */
async function main([url = '', ...consumers]: string[]): Promise<void> {
  const db = connect(url, 10);
  const source = { outbox: new Outbox(db, 'shop'), url };
  const { done } = await startRelay(
    'reader',
    consumers.map((name) => noting(db, name)),
    [source],
    pino({ level: 'silent' }),
  );
  await done;
}

void main(process.argv.slice(2));
