import { crc32 } from 'node:zlib';

/** Where the events of a subject go, for ever. */
export const partitionOf = (subject: string, partitions: number): number => crc32(subject) % partitions;

/** What a reader of one partition of a domain calls its source. */
export const partSource = (domain: string, partition: number): string => `${domain}/${partition}`;

/** The domain of such a source. */
export const domainIn = (source: string): string => source.slice(0, source.lastIndexOf('/'));

/** The source in which a reader meets a subject's events. @param partitions undefined when domains are read whole */
export const sourceOf = (domain: string, subject: string, partitions: number | undefined): string =>
  partitions === undefined ? domain : partSource(domain, partitionOf(subject, partitions));
