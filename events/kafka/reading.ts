import { ProtocolError } from '@platformatic/kafka';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { checkpointsIn } from '../checkpoint';
import type { Place } from '../event';
import { partSource } from '../partition';
import type { Consumer } from '../subscription';
import { FETCH_MS, type Generation, type Member } from './member';
import { type Message, messagesIn } from './message';
import { type Committed, type Part, startOf } from './offsets';
import { domainOf, isNamed } from './topic';

const BATCH = 200;
const FAILED_MS = { first: 100, most: 5_000 };

/** Takes messages of a partition. @returns the place that is reached @throws when it cannot: they come again */
export type Take = (source: string, messages: readonly Message[]) => Promise<Place>;

interface Reached extends Part {
  source: string;
  /** The offset to go on from. */
  next: bigint;
  failures: number;
  restsUntil: number;
}

/** Reads the partitions that a member has been given, until it is given others. */
export class Reading {
  private parts: Reached[] = [];

  constructor(
    private readonly member: Member,
    private readonly generation: Generation,
    private readonly consumer: Consumer,
    private readonly take: Take,
    private readonly log: Logger,
  ) {}

  /** @param over ends it after the batches in hand @throws what Kafka or the database throws */
  async read(over: AbortSignal): Promise<void> {
    this.parts = await this.begin();
    const busy = new Map<number, Promise<void>>();
    try {
      while (!over.aborted) {
        const awake = this.parts.filter(({ restsUntil }) => restsUntil <= performance.now());
        for (const [node, parts] of await this.member.leaders(awake)) {
          if (node < 0 || busy.has(node)) continue;
          const reading = this.readFrom(node, parts, over).finally(() => busy.delete(node));
          busy.set(node, reading);
        }
        if (busy.size > 0) await Promise.race(busy.values());
        else await sleep(FETCH_MS, undefined, { signal: over }).catch(() => undefined);
      }
    } finally {
      await Promise.all(busy.values());
    }
  }

  private async begin(): Promise<Reached[]> {
    const { db, schema, name } = this.consumer;
    const { parts } = this.generation;
    if (parts.length === 0) return [];
    const { earliest, latest } = await this.member.bounds();
    const committed = await this.member.committed(parts);
    const checkpoints = await checkpointsIn(db, schema, name);
    return parts.map(({ topic, partition }) => {
      const source = partSource(domainOf(topic), partition);
      const next = startOf({
        committed: committed.find((one) => one.topic === topic && one.partition === partition),
        checkpoint: checkpoints.find((row) => row.source === source),
        earliest: earliest.get(topic)?.[partition] ?? 0n,
        latest: latest.get(topic)?.[partition] ?? 0n,
      });
      return { topic, partition, source, next, failures: 0, restsUntil: 0 };
    });
  }

  /** Takes what a broker has for these partitions. Never throws: what fails rests. */
  private async readFrom(node: number, parts: readonly Reached[], over: AbortSignal): Promise<void> {
    const reached: Committed[] = [];
    try {
      for (const { topic, partition, answer } of await this.member.fetch(node, parts)) {
        const part = parts.find((one) => one.topic === topic && one.partition === partition);
        if (!part) continue;
        if (answer.errorCode !== 0) this.refused(part, new ProtocolError(answer.errorCode));
        const { messages, next } = messagesIn(answer, part.next);
        const place = await this.takeAll(part, messages, next, over);
        if (place) reached.push({ topic, partition, offset: part.next, place });
      }
    } catch (error) {
      if (!over.aborted) this.rest(parts, error);
    }
    if (reached.length === 0) return;
    await this.member.commit(this.generation, reached).catch((error: unknown) => {
      // A hint that is older than it could be: what follows it is passed over again.
      if (!over.aborted) this.log.info({ err: error }, 'could not note how far it has come');
    });
  }

  /** @param next offset after them @returns the place that is reached; undefined where nothing was taken */
  private async takeAll(
    part: Reached,
    messages: readonly Message[],
    next: bigint | undefined,
    over: AbortSignal,
  ): Promise<Place | undefined> {
    let place: Place | undefined;
    for (let from = 0; from < messages.length; from += BATCH) {
      if (over.aborted) return place;
      const some = messages.slice(from, from + BATCH);
      try {
        place = await this.take(part.source, some);
      } catch (error) {
        this.rest([part], error);
        return place;
      }
      part.next = (some.at(-1) as Message).offset + 1n;
      part.failures = 0;
    }
    if (next !== undefined && next > part.next) part.next = next;
    return place;
  }

  /** A partition that has been made anew is begun anew, and by all that it takes to begin. */
  private refused(part: Reached, error: Error): void {
    if (isNamed(error, 'OFFSET_OUT_OF_RANGE')) this.member.end(error);
    else this.rest([part], error);
  }

  /** What was not taken comes again, after a rest that grows; the other partitions go on. */
  private rest(parts: readonly Reached[], error: unknown): void {
    for (const part of parts) {
      const ms = Math.min(FAILED_MS.first * 2 ** part.failures++, FAILED_MS.most);
      part.restsUntil = performance.now() + ms;
    }
    const failing = parts.map(({ source, failures }) => ({ source, failures }));
    this.log.warn({ err: error, failing }, 'could not go on; tries again');
  }
}
