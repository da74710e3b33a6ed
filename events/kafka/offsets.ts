import { type Connection, offsetCommitV8, offsetFetchV8 } from '@platformatic/kafka';
import { isAfter, type Place } from '../event';

/** A partition of a topic. */
export interface Part {
  topic: string;
  partition: number;
}

export interface Committed extends Part {
  offset: bigint;
  /** The consumer's checkpoint at that time. */
  place: Place;
}

interface Membership {
  groupId: string;
  generationId: number;
  memberId: string;
}

// The client's own methods leave out the metadata, in which an offset carries the checkpoint along.

/** Notes for the group how far it has come. @param coordinator of the group */
export async function commitOffsets(
  coordinator: Connection,
  { groupId, generationId, memberId }: Membership,
  committed: readonly Committed[],
): Promise<void> {
  const topics = [...Map.groupBy(committed, ({ topic }) => topic)].map(([name, parts]) => ({
    name,
    partitions: parts.map(({ partition, offset, place }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: `${place.xid},${place.position}`,
    })),
  }));
  await offsetCommitV8.api.async(coordinator, groupId, generationId, memberId, null, topics);
}

/** What the group has noted of these; those of which it has nothing are left out. */
export async function committedOffsets(
  coordinator: Connection,
  groupId: string,
  parts: readonly Part[],
): Promise<Committed[]> {
  if (parts.length === 0) return [];
  const topics = [...Map.groupBy(parts, ({ topic }) => topic)].map(([name, some]) => ({
    name,
    partitionIndexes: some.map(({ partition }) => partition),
  }));
  const { groups } = await offsetFetchV8.api.async(
    coordinator,
    [{ groupId, memberEpoch: -1, topics }],
    false,
  );
  return groups
    .flatMap((group) => group.topics)
    .flatMap(({ name, partitions }) =>
      partitions
        .filter(({ committedOffset }) => committedOffset >= 0n)
        .map(({ partitionIndex, committedOffset, metadata }) => ({
          topic: name,
          partition: partitionIndex,
          offset: committedOffset,
          place: placeIn(metadata),
        })),
    );
}

const placeIn = (metadata: string | null | undefined): Place => {
  const [xid = '', position = ''] = (metadata ?? '').split(',');
  return { xid: xid === '' ? '0' : xid, position: Number(position) };
};

interface Known {
  committed: Committed | undefined;
  checkpoint: Place | undefined;
  earliest: bigint;
  latest: bigint;
}

/**
 * Where to go on in a partition. Where what was noted is beyond the checkpoint (a database was restored, or its
 * checkpoints were taken back) or beyond the partition (the topic was made anew), the checkpoint is right: begin anew.
 */
export function startOf({ committed, checkpoint, earliest, latest }: Known): bigint {
  if (committed === undefined) return earliest;
  const beyond = checkpoint !== undefined && isAfter(committed.place, checkpoint);
  const there = committed.offset >= earliest && committed.offset <= latest;
  return there && !beyond ? committed.offset : earliest;
}
