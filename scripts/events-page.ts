import { z } from 'zod';
import { CATALOGUE, type EventType } from '../events/catalogue';
import { worldTypeOf } from '../events/cloud-event';

type Schema = z.core.JSONSchema.BaseSchema;

const INTRODUCTION = `# Events

What each domain tells the others, and the world. This page is made of each domain's \`activities/<domain>/events.ts\` by \`npm run docs:events\`.

An event is appended to its domain's outbox in the transaction that does what it tells of, and is never changed. Events
of one subject come in their order, each takes effect once; [extending.md](extending.md) says how to follow them.

To the world an event is a CloudEvent (1.0, JSON):

| attribute  | is                                                                       |
| ---------- | ------------------------------------------------------------------------ |
| \`id\`       | the domain and its position in the outbox, such as \`movie/17\`            |
| \`source\`   | the domain, such as \`/movie\`                                             |
| \`type\`     | the name with its version, such as \`haru.movie.booked.v1\`                |
| \`subject\`  | the thing that it happened to                                            |
| \`time\`     | when                                                                     |
| \`customer\` | whom it concerns; left out where it is nobody's in particular            |
| \`data\`     | the thing as it is after the event, in one of the shapes below           |

A version grows when a field goes or changes its meaning. A new field alone changes nothing: whoever reads skips what it
does not know.
`;

/** docs/events.md, before it is laid out. @throws Error naming an event whose shape has no title */
export function eventsPage(): string {
  const types = Object.keys(CATALOGUE) as EventType[];
  const domains = [...new Set(types.map((type) => type.split('.')[0] ?? ''))];
  return [
    INTRODUCTION,
    ...domains.map((domain) =>
      section(
        domain,
        types.filter((type) => type.startsWith(`${domain}.`)),
      ),
    ),
  ].join('\n');
}

function section(domain: string, types: readonly EventType[]): string {
  const shapes = new Map(types.map((type) => [titleOf(type), CATALOGUE[type].data]));
  return [
    `## ${domain}`,
    '',
    table(
      ['event', 'type', 'what has happened', 'data'],
      types.map((type) => [
        `\`${type}\``,
        `\`${worldTypeOf(type)}\``,
        CATALOGUE[type].what,
        `[${titleOf(type)}](#${titleOf(type).toLowerCase().replaceAll(' ', '-')})`,
      ]),
    ),
    ...[...shapes].map(([title, shape]) => shapeOf(title, shape)),
  ].join('\n');
}

function shapeOf(title: string, shape: z.ZodType): string {
  const { description = '', properties = {} } = z.toJSONSchema(shape);
  return [
    `### ${title}`,
    '',
    `The subject is ${description}.`,
    '',
    table(['field', 'type', 'is'], rowsOf(properties as Fields)),
  ].join('\n');
}

type Fields = Record<string, Schema>;

/** A field that has fields of its own is followed by them. */
const rowsOf = (fields: Fields, within = ''): string[][] =>
  Object.entries(fields).flatMap(([field, type]) => [
    [`\`${within}${field}\``, typeIn(type), wordsIn(type) ?? ''],
    ...rowsOf((type.properties ?? {}) as Fields, `${within}${field}.`),
  ]);

function titleOf(type: EventType): string {
  const title = CATALOGUE[type].data.meta()?.title;
  if (title === undefined) throw new Error(`The data of ${type} has no title`);
  return title;
}

function typeIn({ type, format, enum: values, items, anyOf }: Schema): string {
  if (anyOf) return anyOf.map(typeIn).join(' or ');
  if (Array.isArray(type)) return type.join(' or ');
  if (values) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (format === 'date-time') return 'time, RFC 3339 UTC';
  return type === 'array' ? `list of ${typeIn(items as Schema)}` : (type ?? 'anything');
}

const wordsIn = ({ description, anyOf }: Schema): string | undefined =>
  description ?? anyOf?.map(wordsIn).find((words) => words !== undefined);

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line), ''].join('\n');
}
