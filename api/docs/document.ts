import { OpenApiGeneratorV31, type OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import type { Config } from '../../config';
import { problemExample } from '../problem-example';
import { codeOf, PROBLEMS, problemRow, type ProblemCode } from '../problems';
import { guide } from './guide';
import { TAGS } from './tags';
import { webhooks } from './webhooks';

const text = { type: 'string' as const };
const problemSchema = {
  type: 'object' as const,
  description: 'RFC 9457. `code` is stable; `title` and `detail` are in your language.',
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' as const, minimum: 400, maximum: 599 },
    code: { ...text, enum: [...new Set(Object.keys(PROBLEMS).map((code) => codeOf(code as ProblemCode)))] },
    detail: text,
    requestId: text,
    errors: {
      type: 'array' as const,
      description: 'What is wrong with the input, for `invalid-request`.',
      items: {
        type: 'object' as const,
        required: ['path', 'message'],
        properties: { path: { ...text, example: 'body.seats.0' }, message: text },
      },
    },
  },
};

/** What of a document is worked on. */
export interface Operation {
  operationId: string;
  tags?: string[];
  security?: object[];
  parameters?: {
    in: string;
    name: string;
    schema: { pattern?: string; example?: string };
    example?: string;
  }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
  'x-roles'?: string[];
  'x-codeSamples'?: { lang: string; label: string; source: string }[];
}
export interface Document {
  paths: Record<string, Record<string, Operation>>;
}

/** The whole document, OpenAPI 3.1, from the same schemas that validate; its examples are filled in as it is served. */
export function openApiDocument(registry: OpenAPIRegistry, { production, auth, stripe }: Config): Document {
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Claims `sub`, `roles`, `locale`; verified as RFC8725 advises.',
  });
  registry.registerComponent('schemas', 'Problem', problemSchema);
  const told = webhooks();
  const tries = !production && auth.devSecret !== undefined;
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Haru',
      version: '1.0.0',
      description: guide({ tries, simulated: stripe === undefined }),
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/', 'x-internal': false }],
  }) as unknown as Document & { components: { schemas: object } };
  Object.assign(document.components.schemas, told.schemas);
  return Object.assign(document, {
    tags: tagsOf(document),
    webhooks: told.paths,
    components: { ...document.components, examples: problemExamples(document) },
  });
}

/** Those that are used, in the order of a day; then any others. */
function tagsOf({ paths }: Document): { name: string }[] {
  const used = new Set(
    Object.values(paths).flatMap((methods) => Object.values(methods).flatMap(({ tags = [] }) => tags)),
  );
  const known = TAGS.filter(({ name }) => used.delete(name) || name === 'Events');
  return [...known, ...[...used].map((name) => ({ name }))];
}

/** Each code that some operation answers with, by its own. */
function problemExamples({ paths }: Document) {
  const answers = JSON.stringify(paths);
  const codes = (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) =>
    answers.includes(`"#/components/examples/${code}"`),
  );
  const examples = codes.map((code) => {
    return [code, { summary: problemRow(code).title.en, value: problemExample(code, 'en') }] as const;
  });
  return Object.fromEntries(examples);
}
