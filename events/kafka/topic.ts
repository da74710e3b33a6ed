import { type Admin, findErrorBy, type MessageToProduce } from '@platformatic/kafka';
import { cloudEvent } from '../cloud-event';
import type { Told } from '../event';
import { partitionOf } from '../partition';

const PREFIX = 'haru.';
/** A new topic's partitions have leaders a moment later. */
const SETTLES_WITHIN_TRIES = 20;

/** Where the world finds a domain's events. */
export const topicOf = (domain: string): string => `${PREFIX}${domain}`;
export const domainOf = (topic: string): string => topic.slice(PREFIX.length);

/**
 * Makes the domain's topic where there is none. It keeps everything, as the outbox does.
 * @throws Error when it has another number of partitions
 */
export async function ensureTopic(admin: Admin, domain: string, partitions: number): Promise<void> {
  const topic = topicOf(domain);
  if (!(await admin.listTopics()).includes(topic))
    await admin
      .createTopics({ topics: [topic], partitions, configs: [{ name: 'retention.ms', value: '-1' }] })
      .catch((error: unknown) => {
        // Others start at the same time.
        if (!isNamed(error, 'TOPIC_ALREADY_EXISTS')) throw error;
      });
  const { topics } = await admin.metadata({ topics: [topic], retries: SETTLES_WITHIN_TRIES });
  checkPartitions(topic, topics.get(topic)?.partitionsCount, partitions);
}

/** @throws Error when the topic has another number of partitions: a subject's events would be in two of them */
export function checkPartitions(topic: string, there: number | undefined, partitions: number): void {
  if (there !== partitions)
    throw new Error(`Topic ${topic} has ${there} partitions: KAFKA_PARTITIONS=${partitions} cannot be`);
}

/** Whether the broker, or one of them, answered with this error of Kafka's. */
export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && findErrorBy(error, 'apiId', name) !== null;

/** CloudEvents' binding to Kafka, structured; the place comes as headers. */
export const messageOf = (
  domain: string,
  { place, ...event }: Told,
  partitions: number,
): MessageToProduce<string, string, string, string> => ({
  topic: topicOf(domain),
  key: event.subject,
  partition: partitionOf(event.subject, partitions),
  value: JSON.stringify(cloudEvent(event)),
  headers: {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    xid: place.xid,
    position: String(place.position),
  },
});
