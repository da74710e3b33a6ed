import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  type Payload,
  UndefinedPayloadConverter,
} from '@temporalio/common';

/** Fields of contracts that hold epoch milliseconds. */
const TIMES = new Set(['answerBy', 'startsAt', 'endsAt', 'startedAt', 'endedAt', 'dueAt']);
/** What a Date can hold. */
const LAST_TIME = 8.64e15;

const ENCODING = new TextEncoder().encode('json/plain');

/** JSON with those fields as RFC 3339, for whoever reads a history. Numbers, as in older histories, are read as well. */
class JsonWithTimes extends JsonPayloadConverter {
  override toPayload(value: unknown): Payload | undefined {
    if (value === undefined) return undefined;
    const json = JSON.stringify(value, (field, it: unknown) =>
      TIMES.has(field) && typeof it === 'number' && Math.abs(it) <= LAST_TIME
        ? new Date(it).toISOString()
        : it,
    );
    return { metadata: { encoding: ENCODING }, data: new TextEncoder().encode(json) };
  }

  override fromPayload<T>({ data }: Payload): T {
    return JSON.parse(new TextDecoder().decode(data ?? undefined), (field, it: unknown) =>
      TIMES.has(field) && typeof it === 'string' ? Date.parse(it) : it,
    ) as T;
  }
}

/** Loaded by this name, in the bundle of workflows and outside it: data-converter.ts. */
export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new JsonWithTimes(),
);
