import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { CATALOGUE } from '../../events/catalogue';
import { operationsOf } from '../contract/document';
import { type Gateway, openGateway } from './gateway';

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

test('groups come in the order of a day, each said what it is', () => {
  const names = document.tags.map(({ name }: Json) => name);
  expect(names.filter((name: string) => name !== 'Demonstration')).toEqual([
    ...['Movie', 'Kickboard', 'Bike', 'Stations', 'Food', 'Delivery', 'Course', 'Deposit', 'Me', 'GBFS'],
    ...['Events', 'Operations', 'Development'],
  ]);
  for (const { name, description } of document.tags)
    if (name !== 'Demonstration') expect([name, typeof description]).toEqual([name, 'string']);
  for (const topic of [
    'Sign in',
    'Idempotency',
    'Money',
    'Errors',
    'Lists',
    'Live events',
    'Webhooks',
    'Test cards',
  ])
    expect(document.info.description).toMatch(`### ${topic}\n`);
});

test('with everything away each path and body still has an example, of nothing', async () => {
  for (const [name, { parameters = [], requestBody }] of operations().filter(
    ([at]) => !at.includes('/things'),
  )) {
    for (const parameter of parameters.filter((one: Json) => one.in === 'path'))
      expect([name, parameter.example]).toEqual([
        name,
        expect.stringMatching(new RegExp(parameter.schema.pattern)),
      ]);
    if (requestBody)
      expect([name, typeof requestBody.content['application/json'].example]).toEqual([name, 'object']);
  }
  for (const { name, path, method, body } of await operationsOf(gateway.url)) {
    if (!body || path.includes('/things')) continue;
    const { example } = document.paths[path][method.toLowerCase()].requestBody.content['application/json'];
    // Alternatives of an object say what each requires, of which a validator by itself knows nothing.
    const { oneOf, ...object } = body;
    const schema = body.properties ? object : { ...object, oneOf };
    const { error } = z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema).safeParse(example);
    expect([name, error?.message]).toEqual([name, undefined]);
  }
});

test('each problem has an example of its own', () => {
  for (const [, { responses }] of operations())
    for (const [status, { content }] of Object.entries<Json>(responses)) {
      const examples = content?.['application/problem+json']?.examples ?? {};
      for (const [code, { $ref }] of Object.entries<Json>(examples)) {
        expect($ref).toBe(`#/components/examples/${code}`);
        expect(document.components.examples[code].value.status).toBe(Number(status));
      }
    }
  const { responses } = document.paths['/v1/bookings'].post;
  expect(Object.keys(responses[409].content['application/problem+json'].examples)).toContain('seat-taken');
  expect(document.components.examples['seat-taken'].value.detail).toMatch('1A');
});

test('every event of the catalogue is told of as a webhook, in its envelope', () => {
  expect(Object.keys(document.webhooks)).toEqual(Object.keys(CATALOGUE));
  for (const { post } of Object.values<Json>(document.webhooks)) {
    const [envelope, told] = post.requestBody.content['application/cloudevents+json'].schema.allOf;
    expect(envelope).toEqual({ $ref: '#/components/schemas/CloudEvent' });
    const [, , , name] = told.properties.data.$ref.split('/');
    expect(document.components.schemas[name].properties).toBeDefined();
  }
});

test('each operation can be copied as a command', () => {
  for (const [, operation] of operations())
    expect(operation['x-codeSamples'][0].source).toMatch(/^curl (-X (POST|PUT|PATCH|DELETE) )?"http/);
  expect(document.paths['/v1/bookings'].post['x-codeSamples'][0].source).toMatch('npm run -s token -- minji');
});

describe('what is over a kilobyte', () => {
  /** As it comes over the wire: fetch would unpack it. */
  const packed = async (path: string, encoding: string) => {
    const { hostname, port } = new URL(gateway.url);
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect(Number(port), hostname)
        .on('data', (chunk) => chunks.push(chunk))
        .on('end', () => resolve(Buffer.concat(chunks)))
        .on('error', reject);
      socket.write(`GET ${path} HTTP/1.0\r\nHost: haru\r\nAccept-Encoding: ${encoding}\r\n\r\n`);
    });
    const end = bytes.indexOf('\r\n\r\n');
    return { head: bytes.subarray(0, end).toString().toLowerCase(), body: bytes.subarray(end + 4) };
  };

  test('comes compressed as the client takes it, and says that it depends on that', async () => {
    const plain = await packed('/problems', 'identity');
    const text = plain.body.toString();
    expect(plain.head).not.toMatch('content-encoding');
    for (const [encoding, unpack] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const { head, body } = await packed('/problems', encoding);
      expect(head).toMatch(`content-encoding: ${encoding}`);
      expect(head).toMatch(/vary: .*accept-encoding/);
      expect(unpack(body).toString()).toBe(text);
      expect(body.length).toBeLessThan(plain.body.length / 2);
    }
  });

  test('what is small comes as it is', async () => {
    expect((await packed('/healthz', 'br, gzip')).head).not.toMatch('content-encoding');
  });

  test("Swagger's bundle too", async () => {
    const plain = await packed('/docs/swagger-ui-bundle.js', 'identity');
    const { head, body } = await packed('/docs/swagger-ui-bundle.js', 'br');
    expect(head).toMatch('content-encoding: br');
    expect(brotliDecompressSync(body).equals(plain.body)).toBe(true);
  });
});

describe('the page', () => {
  test('has a sign-in for each demo account, and no script in itself', async () => {
    const { body } = await gateway.ask('GET', '/docs');
    expect([...body.matchAll(/data-user="(\w+)"/g)].map(([, user]) => user)).toEqual([
      ...['minji', 'host', 'dana', 'manager', 'staff', 'admin'],
    ]);
    expect(body).not.toMatch(/<script>|<style>| style=| on\w+=/);
  });

  test('in production has none, and shows no one’s things', async () => {
    const production = await openGateway({
      NODE_ENV: 'production',
      TRUST_PROXY_HOPS: '1',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      PAYMENT_PROVIDER_URL: 'http://127.0.0.1:1',
      OIDC_JWKS_URL: 'http://127.0.0.1:1/jwks',
    });
    try {
      expect((await production.ask('GET', '/docs')).body).not.toMatch('data-user');
      const { body } = await production.ask('GET', '/openapi.json');
      const [{ source }] = body.paths['/v1/bookings'].post['x-codeSamples'];
      expect(source).toMatch('"$HARU_URL/v1/bookings"');
      expect(source).toMatch('Bearer $TOKEN');
    } finally {
      await production.close();
    }
  });
});
