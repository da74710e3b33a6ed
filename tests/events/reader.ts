import { connect } from '../../activities/database';
import type { KafkaSettings } from '../../events/kafka/client';
import { Outbox } from '../../events/outbox';
import { noting, readerName } from './test-feed';
import { QUIET, relayOver } from './transport';

/** Reads a feed for these consumers until it is killed. */
async function main([url = '', feed = '', kafka = 'null', ...consumers]: string[]): Promise<void> {
  const db = connect(url, 10, { name: readerName(process.pid) });
  const { done } = await relayOver(JSON.parse(kafka) as KafkaSettings | null, db)(
    'reader',
    consumers.map((name) => noting(db, feed, name)),
    [{ outbox: new Outbox(db, feed), url }],
    QUIET,
  );
  await done;
}

void main(process.argv.slice(2));
