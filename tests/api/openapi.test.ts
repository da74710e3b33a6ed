import { openGateway, type Gateway } from './gateway';

type Json = any;

let gateway: Gateway;
let document: Json;
beforeAll(async () => {
  gateway = await openGateway();
  document = (await gateway.ask('GET', '/openapi.json')).body;
});
afterAll(() => gateway.close());

const operations = (): [string, Json][] =>
  Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]): [string, Json] => [
      `${method} ${path}`,
      operation,
    ]),
  );

test('is OpenAPI 3.1 and names each endpoint', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(operations().map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'get /healthz',
      'get /readyz',
      'get /metrics',
      'get /openapi.json',
      'post /v1/dev/tokens',
      'get /v1/me',
      'post /v1/things',
      'get /v1/things',
      'delete /v1/things/{id}',
      'post /v1/things/{id}/polish',
    ]),
  );
});

test('every operation has an id of its own, a tag, a summary, an answer, and each parameter of its path', () => {
  const ids = operations().map(([, { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [name, { summary, tags, responses, parameters = [] }] of operations()) {
    expect([name, typeof summary, tags.length]).toEqual([name, 'string', 1]);
    expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, key]) => key);
    const declared = parameters.filter((parameter: Json) => parameter.in === 'path' && parameter.required);
    expect(declared.map((parameter: Json) => parameter.name)).toEqual(inPath);
  }
});

test('what needs a token says so; POSTs take an Idempotency-Key; problems are problem+json', () => {
  for (const [name, operation] of operations().filter(([at]) => at.includes('/v1/'))) {
    const needsToken = operation.security.every((way: Json) => 'bearer' in way);
    const keys = (operation.parameters ?? []).filter(
      (parameter: Json) => parameter.name === 'Idempotency-Key',
    );
    expect([name, keys.length]).toEqual([name, name.startsWith('post') && needsToken ? 1 : 0]);
    expect(Object.keys(operation.responses)).toEqual(
      expect.arrayContaining(['400', '401', '429', '500', '503']),
    );
    for (const [status, response] of Object.entries<Json>(operation.responses))
      if (Number(status) >= 400) expect(Object.keys(response.content)).toEqual(['application/problem+json']);
  }
  const { responses } = document.paths['/v1/things'].post;
  expect(responses[409].content['application/problem+json'].schema.allOf[1].properties.code.enum).toEqual([
    'idempotency-in-flight',
    'seat-taken',
  ]);
  expect(responses[201].headers).toHaveProperty('Location');
});

test('a stream of events says of what, and how to come back to it', () => {
  const { parameters, responses } = document.paths['/v1/me/events'].get;
  expect(responses[200].content).toEqual({
    'text/event-stream': { schema: { $ref: '#/components/schemas/Message' } },
  });
  expect(parameters.map((parameter: Json) => [parameter.in, parameter.name, parameter.required])).toEqual([
    ['query', 'lastEventId', false],
    ['header', 'Last-Event-ID', false],
  ]);
});
