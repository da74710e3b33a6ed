import type { Kafka } from 'kafkajs';
import { checkpointsIn } from '../checkpoint';
import { isAfter, type Place } from '../event';
import { partSource } from '../partition';
import type { Consumer } from '../subscription';
import { topicOf } from './topic';

/** What a committed offset carries along: the checkpoint at that time. */
export const written = ({ xid, position }: Place): string => `${xid},${position}`;

const read = (metadata: string | null): Place => {
  const [xid = '', position = ''] = (metadata ?? '').split(',');
  return { xid: xid === '' ? '0' : xid, position: Number(position) };
};

export const nextOffset = (offset: string): string => (BigInt(offset) + 1n).toString();

/**
 * The partitions in which the group's offset is beyond the checkpoint, because a database was restored or its
 * checkpoints were taken back. The checkpoint is right: they are read from their beginning.
 */
export async function committedBeyond(
  kafka: Kafka,
  { db, schema, name, sources }: Consumer,
): Promise<{ topic: string; partition: number }[]> {
  const checkpoints = await checkpointsIn(db, schema, name);
  const reached = new Map(checkpoints.map((row) => [row.source, row]));
  const admin = kafka.admin();
  try {
    await admin.connect();
    const committed = await admin.fetchOffsets({ groupId: name, topics: sources.map(topicOf) });
    return committed.flatMap(({ topic, partitions }, i) =>
      partitions
        .filter(({ partition, metadata }) => {
          const row = reached.get(partSource(sources[i] as string, partition));
          return row && isAfter(read(metadata), row);
        })
        .map(({ partition }) => ({ topic, partition })),
    );
  } finally {
    await admin.disconnect();
  }
}
