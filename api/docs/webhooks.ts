import { z } from 'zod';
import { CATALOGUE, type EventType } from '../../events/catalogue';
import { worldTypeOf } from '../../events/cloud-event';

type Schema = Record<string, unknown>;

const text = { type: 'string' };
const ENVELOPE: Schema = {
  type: 'object',
  description: 'CloudEvents 1.0',
  required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'data'],
  properties: {
    specversion: { ...text, const: '1.0' },
    id: { ...text, description: 'The same however often it is sent' },
    source: { ...text, description: 'The domain that tells it, such as "/movie"' },
    type: { ...text, description: 'With its version' },
    subject: { ...text, description: 'Id of the thing' },
    time: { ...text, format: 'date-time' },
    datacontenttype: { ...text, const: 'application/json' },
    customer: { ...text, description: "Left out where it is nobody's in particular" },
    data: { type: 'object' },
  },
};

const header = (name: string, description: string) => ({
  in: 'header',
  name,
  required: true,
  description,
  schema: text,
});
const SIGNED = [
  header('webhook-id', 'The same however often it is sent'),
  header('webhook-timestamp', 'Seconds since 1970'),
  header(
    'webhook-signature',
    'v1,… over "id.timestamp.body"; several, separated by spaces, while a secret changes',
  ),
];

/** What is told to webhooks, event by event, and the schemas that this refers to. */
export function webhooks(): { paths: Record<string, object>; schemas: Record<string, Schema> } {
  const schemas: Record<string, Schema> = { CloudEvent: ENVELOPE };
  const names = new Map<z.ZodType, string>();
  const paths: Record<string, object> = {};
  for (const name of Object.keys(CATALOGUE) as EventType[]) {
    const { what, data } = CATALOGUE[name];
    const type = worldTypeOf(name);
    const ofData = names.get(data) ?? freeName(z.toJSONSchema(data).title ?? name, schemas);
    if (!names.has(data)) schemas[ofData] = schemaOf(data);
    names.set(data, ofData);
    const told = {
      type: 'object',
      properties: { type: { const: type }, data: { $ref: `#/components/schemas/${ofData}` } },
    };
    paths[name] = {
      post: {
        operationId: `on${name.replace(/(?:^|[.-])([a-z])/g, (_, first: string) => first.toUpperCase())}`,
        summary: what,
        tags: ['Events'],
        // By its signature, not by a token.
        security: [],
        parameters: SIGNED,
        requestBody: {
          required: true,
          content: {
            'application/cloudevents+json': {
              schema: { allOf: [{ $ref: '#/components/schemas/CloudEvent' }, told] },
            },
          },
        },
        responses: { '2XX': { description: 'It has come; anything else, and it is sent again' } },
      },
    };
  }
  return { paths, schemas };
}

/** Titles of data are those of things that the API shows, too: "BookingEvent", and a number where two have one title. */
function freeName(title: string, taken: Record<string, unknown>, number = 1): string {
  const name = `${title.replace(/\W+/g, '')}Event${number > 1 ? number : ''}`;
  return name in taken ? freeName(title, taken, number + 1) : name;
}

function schemaOf(data: z.ZodType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(data);
  return schema;
}
