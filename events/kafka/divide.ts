import type { Place } from '../event';
import { partitionOf, partSource } from '../partition';
import type { Consumer } from '../subscription';

/**
 * Gives the consumer a checkpoint for each partition of a domain. If it has followed the domain as a whole so far,
 * they go on from there, with what it has parked; whoever still follows the whole finds nothing more to do.
 */
export async function divide(
  { db, schema, name }: Consumer,
  domain: string,
  partitions: number,
): Promise<void> {
  const whole = { consumer: name, source: domain };
  await db.transaction(async (tx) => {
    const checkpoints = () => tx(`${schema}.checkpoints`);
    const reached = await checkpoints()
      .where(whole)
      .forUpdate()
      .first<Place | undefined>(tx.raw('xid::text'), 'position');
    const rows = Array.from({ length: partitions }, (_, partition) => ({
      ...reached,
      consumer: name,
      source: partSource(domain, partition),
    }));
    await checkpoints().insert(rows).onConflict().ignore();
    if (!reached) return;

    const parked = () => tx(`${schema}.parked_events`).where(whole);
    for (const subject of await parked().distinct().pluck<string[]>('subject'))
      await parked()
        .where({ subject })
        .update({ source: partSource(domain, partitionOf(subject, partitions)) });
    await checkpoints().where(whole).delete();
  });
}
