import type { Admin, IHeaders, KafkaMessage, Message } from 'kafkajs';
import { type CloudEvent, cloudEvent, eventIn } from '../cloud-event';
import type { Place, Told } from '../event';
import { partitionOf } from '../partition';

const PREFIX = 'haru.';

/** Where the world finds a domain's events. */
export const topicOf = (domain: string): string => `${PREFIX}${domain}`;
export const domainOf = (topic: string): string => topic.slice(PREFIX.length);

/**
 * Makes the domain's topic where there is none. It keeps everything, as the outbox does.
 * @throws Error when it has another number of partitions: a subject's events would be in two of them
 */
export async function ensureTopic(admin: Admin, domain: string, partitions: number): Promise<void> {
  const topic = topicOf(domain);
  const configEntries = [{ name: 'retention.ms', value: '-1' }];
  if (!(await admin.listTopics()).includes(topic))
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }] });
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const there = topics[0]?.partitions.length;
  if (there !== partitions)
    throw new Error(`Topic ${topic} has ${there} partitions: KAFKA_PARTITIONS=${partitions} cannot be`);
}

/** CloudEvents' binding to Kafka, structured; the place comes as headers. */
export const messageOf = ({ place, ...event }: Told, partitions: number): Message => ({
  key: event.subject,
  partition: partitionOf(event.subject, partitions),
  value: JSON.stringify(cloudEvent(event)),
  headers: {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    xid: place.xid,
    position: String(place.position),
  },
});

/** @throws SyntaxError when it is none of ours */
export const toldIn = ({ value, headers }: KafkaMessage): Told => ({
  ...eventIn(JSON.parse(String(value)) as CloudEvent),
  place: placeIn(headers ?? {}),
});

const placeIn = ({ xid, position }: IHeaders): Place => {
  if (xid === undefined || position === undefined) throw new SyntaxError('a message without its place');
  return { xid: String(xid), position: Number(String(position)) };
};
