import {
  type Connection,
  ConnectionPool,
  Consumer,
  type fetchV17,
  findErrorBy,
  type GroupAssignment,
  ListOffsetTimestamps,
  ResponseError,
} from '@platformatic/kafka';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANSWER_WITHIN_MS, clientOptions, type KafkaSettings, toleratingLateErrors } from './client';
import { type Committed, commitOffsets, committedOffsets, type Part } from './offsets';

/** Of those that a broker says may pass: elections, rebalances. */
const TRIES = 5;
/** Also how long a partition that was let rest may have to wait for its turn. */
export const FETCH_MS = 250;
const FETCH_BYTES = { partition: 1_048_576, all: 10_485_760 };
const LEAVE_WITHIN_MS = 2_000;

/** What the group has given a member to read, until it divides the partitions anew. */
export interface Generation {
  id: number;
  parts: Part[];
  over: AbortSignal;
}

/** One in a consumer group: the broker says which partitions are whose, and hears each member's heartbeat. */
export class Member {
  private readonly group: Consumer;
  /** Of their own: a fetch that waits for news would hold up the heartbeats. */
  private readonly lines: ConnectionPool;
  private readonly life = new AbortController();
  private ends = new AbortController();
  private given: Generation | undefined;
  private closing: Promise<unknown> | undefined;

  constructor(
    settings: KafkaSettings,
    private readonly groupId: string,
    private readonly topics: string[],
  ) {
    const options = clientOptions(settings);
    this.lines = toleratingLateErrors(new ConnectionPool(options.clientId, options));
    this.group = toleratingLateErrors(
      new Consumer({
        ...options,
        groupId,
        sessionTimeout: settings.sessionMs,
        rebalanceTimeout: settings.sessionMs,
        heartbeatInterval: Math.ceil(settings.sessionMs / 4),
        // The broker answers who joins when all have.
        requestTimeout: settings.sessionMs + ANSWER_WITHIN_MS,
        retries: TRIES,
      }),
    );
    this.group.topics.trackAll(...topics);
    this.group.on('consumer:group:join', ({ generationId, assignments }) =>
      this.begin(generationId ?? 0, assignments ?? []),
    );
    this.group.on('error', (error) => this.end(error));
    this.group.on('consumer:heartbeat:stalled', ({ stalledFor, lastError }) =>
      this.end(new Error(`no heartbeat for ${stalledFor} ms`, { cause: lastError })),
    );
  }

  /** Aborted with the reason when the membership has ended. */
  get over(): AbortSignal {
    return this.life.signal;
  }

  /** @throws what Kafka throws @returns when the group has divided the partitions */
  async join(): Promise<void> {
    await this.group.joinGroup();
  }

  get generation(): Generation {
    if (this.given === undefined) throw new Error(`not in the group ${this.groupId}`);
    return this.given;
  }

  /** What is under way fails. */
  end(reason: Error): void {
    this.life.abort(reason);
    this.ends.abort();
    this.closing ??= Promise.allSettled([this.group.close(true), this.lines.close()]);
  }

  /** Leaves the group, if the broker can hear it. */
  async close(): Promise<void> {
    this.end(new Error('closed'));
    await Promise.race([this.closing, sleep(LEAVE_WITHIN_MS, undefined, { ref: false })]);
  }

  /** Which broker has each of these partitions; -1 where none has at present. */
  async leaders<P extends Part>(parts: readonly P[]): Promise<Map<number, P[]>> {
    const { topics } = await this.group.metadata({ topics: [...this.topics] });
    return Map.groupBy(
      parts,
      ({ topic, partition }) => topics.get(topic)?.partitions[partition]?.leader ?? -1,
    );
  }

  /**
   * What is there from these offsets on, or an error code; waits a moment when there is nothing.
   * @param node that has them all
   */
  async fetch(node: number, parts: readonly (Part & { next: bigint })[]): Promise<Answers> {
    const { topics } = await this.group.metadata({ topics: [...this.topics] });
    const idOf = (topic: string) => topics.get(topic)?.id ?? '';
    const names = new Map([...topics.keys()].map((topic) => [idOf(topic), topic]));
    const wanted = [...Map.groupBy(parts, ({ topic }) => topic)].map(([topic, some]) => ({
      topicId: idOf(topic),
      partitions: some.map(({ partition, next }) => ({
        partition,
        fetchOffset: next,
        partitionMaxBytes: FETCH_BYTES.partition,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
      })),
    }));
    const fetching = { minBytes: 1, maxBytes: FETCH_BYTES.all, maxWaitTime: FETCH_MS };
    const asked = { node, topics: wanted, connectionPool: this.lines, ...fetching };
    const { responses } = await this.group.fetch(asked).catch(answerIn);
    return responses.flatMap(({ topicId, partitions }) =>
      partitions.map((answer) => ({
        ...{ topic: names.get(topicId) ?? '', partition: answer.partitionIndex },
        answer,
      })),
    );
  }

  /** Where each partition begins and ends, by topic. */
  async bounds(): Promise<{ earliest: Map<string, bigint[]>; latest: Map<string, bigint[]> }> {
    const at = (timestamp: bigint) => this.group.listOffsets({ topics: [...this.topics], timestamp });
    return {
      earliest: await at(ListOffsetTimestamps.EARLIEST),
      latest: await at(ListOffsetTimestamps.LATEST),
    };
  }

  async committed(parts: readonly Part[]): Promise<Committed[]> {
    return committedOffsets(await this.coordinator(), this.groupId, parts);
  }

  async commit({ id }: Generation, offsets: readonly Committed[]): Promise<void> {
    const memberId = this.group.memberId ?? '';
    const { groupId } = this;
    await commitOffsets(await this.coordinator(), { groupId, generationId: id, memberId }, offsets);
  }

  private begin(id: number, assignments: readonly GroupAssignment[]): void {
    this.ends.abort();
    this.ends = new AbortController();
    const parts = assignments.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    this.given = { id, parts, over: this.ends.signal };
  }

  private async coordinator(): Promise<Connection> {
    const node = await this.group.findGroupCoordinator();
    const connection = (await this.group.connectToBrokers([node])).get(node);
    if (!connection) throw new Error(`no coordinator for the group ${this.groupId}`);
    return connection;
  }
}

type Answers = (Part & { answer: fetchV17.FetchResponsePartition })[];

/** One partition's error makes an error of the answer for all. */
function answerIn(error: Error): fetchV17.FetchResponse {
  const response = findErrorBy(error, 'code', ResponseError.code)?.response as
    fetchV17.FetchResponse | undefined;
  if (response?.errorCode !== 0) throw error;
  return response;
}
